"""A question put to a folder: `question.py ROOT QUESTION TIMES` prints the seconds of each answer.

Run as a child; the cache is where CALLCHAIN_CACHE_DIR says.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from callchain.ask.read import answer_question, read_codebase
from callchain.ask.request import AskRequest

if __name__ == "__main__":
    root, text, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    codebase = read_codebase(root, lambda _: None)
    spent = []
    for _ in range(times):
        begin = time.process_time()
        found = answer_question(codebase, AskRequest(question=text, root=root), lambda _: None)
        spent.append(time.process_time() - begin)
        if not found.chain.ledger:
            raise SystemExit("the question found no step")
    print(json.dumps(spent))
