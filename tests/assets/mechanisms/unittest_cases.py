import unittest
class Calls(unittest.TestCase):
    def setUp(self):
        self.thing = Thing()
        self.addCleanup(self.thing.close)
    def test_value(self):
        self.assertEqual(self.thing, Thing())
        self.assertRaises(ValueError, self.thing.fail)
class Thing:
    def close(self): return None
    def fail(self): raise ValueError
    def __eq__(self, other): return True
case = Calls("test_value")
case.setUp()
case.test_value()
case.doCleanups()
