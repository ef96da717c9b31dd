import ast, cmd, html.parser, io, json
class Names(ast.NodeVisitor):
    def visit_Name(self, node): self.note(node.id)
    def visit_Call(self, node):
        self.note("call")
        self.generic_visit(node)
    def note(self, name): return name
class Links(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs): self.seen = tag
    def handle_data(self, data): return data
class Shell(cmd.Cmd):
    def do_go(self, line): return True
    def emptyline(self): return None
class Encoder(json.JSONEncoder):
    def default(self, o): return 1
Names().visit(ast.parse("f(x)"))
Links().feed("<a>x</a>")
shell = Shell()
shell.onecmd("go")
shell.onecmd("")
Encoder().encode({"a": object()})
class Raw(io.RawIOBase):
    def readable(self): return True
    def readinto(self, buffer): return 0
io.BufferedReader(Raw()).read()
Raw().read(1)
with Raw() as raw:
    pass
