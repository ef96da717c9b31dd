class Item:
    def use(self): pass
def hello(): pass
def bye(): pass
class Box:
    def __init__(self): self.items = []
    def put(self, item): self.items.append(item)
    def all(self):
        for item in self.items: item.use()
box = Box()
box.put(Item())
box.all()
table = {"hello": hello, "bye": bye}
table["hello"]()
for name, function in table.items(): function()
first, *rest = [hello, bye, hello]
first()
[f() for f in rest]
