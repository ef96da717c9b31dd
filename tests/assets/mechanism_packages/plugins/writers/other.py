def write(): return 3
