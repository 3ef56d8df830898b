"""The floor: what taking in mail costs at least with these libraries, and nothing of what mailbot is for.

Fetch in batches with imapclient, parse through mail-parser, one row a message in batches of fifty, synchronous=FULL.
"""

import sqlite3
import sys
import time

import mailparser
from imapclient import IMAPClient


def main(host: str, port: str, user: str, password: str, database: str) -> None:
    client = IMAPClient(host, int(port), ssl=False, timeout=30)
    client._imap.debug = 0
    client.login(user, password)
    client.select_folder("INBOX")
    began, began_cpu = time.monotonic(), time.process_time()
    uids = sorted(client.search("UNDELETED"))
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE mails (id INTEGER PRIMARY KEY, message_id TEXT, sender TEXT, said TEXT, octets BLOB)")
    for start in range(0, len(uids), 50):
        answer = client.fetch(uids[start : start + 50], ["BODY.PEEK[]"])
        rows = []
        for found in answer.values():
            octets = found[b"BODY[]"]
            mail = mailparser.parse_from_bytes(octets)
            rows.append((mail.message_id, str(mail.from_), mail.body, octets))
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT INTO mails (message_id, sender, said, octets) VALUES (?, ?, ?, ?)", rows)
        store.execute("COMMIT")
    print(time.monotonic() - began, time.process_time() - began_cpu)
    client.logout()


if __name__ == "__main__":
    main(*sys.argv[1:])
