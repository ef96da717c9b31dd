class Sender:
    def post(self): return 1
