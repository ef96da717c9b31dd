def write(): return 1
