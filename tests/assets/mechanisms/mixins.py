class Saves:
    def save(self):
        self.before()
        return self.dump()
    def before(self): return None
class Loads:
    def before(self):
        return super().before()
class Model:
    def dump(self): return "model"
class Full(Loads, Saves, Model):
    def dump(self):
        super().dump()
        return "full"
Full().save()
