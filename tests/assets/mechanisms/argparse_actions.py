import argparse
def number(text): return int(text)
class Note(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, values)
def run(options): return options
parser = argparse.ArgumentParser()
parser.add_argument("--n", type=number)
parser.add_argument("--note", action=Note)
group = parser.add_argument_group("more")
group.add_argument("--m", type=number)
sub = parser.add_subparsers()
go = sub.add_parser("go")
go.set_defaults(func=run)
options = parser.parse_args(["--n", "1", "--note", "x", "go"])
options.func(options)
