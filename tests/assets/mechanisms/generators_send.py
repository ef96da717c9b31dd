class Item:
    def use(self): return 1
def produce():
    got = yield Item()
    got.use()
def delegate():
    yield from produce()
def result():
    yield 1
    return Item()
def outer():
    item = yield from result()
    item.use()
def drive():
    gen = produce()
    for item in gen:
        item.use()
        break
def drive_by_hand():
    gen = produce(); next(gen).use()
    try: gen.send(Item())
    except StopIteration: pass
drive_by_hand()
for item in delegate():
    item.use()
    break
list(outer())
(x.use() for x in [Item()])
sum(x.use() for x in [Item()])
list(map(Item.use, [Item()]))
