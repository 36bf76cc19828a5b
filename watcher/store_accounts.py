"""What the database does when an account is watched no more."""

from __future__ import annotations

import sqlite3


def drop(db: sqlite3.Connection, account: str, *, forget: bool) -> int:
    """Remove what belongs to `account` alone, inside a transaction of the caller's; see Store.drop_account."""
    db.execute("DELETE FROM places WHERE account = ?", (account,))
    db.execute(
        "UPDATE facts SET account ="
        " (SELECT min(places.account) FROM places WHERE places.message_id = facts.message_id)"
        " WHERE account = ? AND message_id IN (SELECT message_id FROM places)",
        (account,),
    )
    [(count,)] = db.execute("SELECT count(*) FROM facts WHERE account = ?", (account,)).fetchall()
    for table in ("cursors", "troubles"):
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
    db.execute("DELETE FROM actions WHERE account = ? AND (status = 'waiting' OR ?)", (account, forget))
    notes = [f"{kind}:{account}" for kind in ("fault", "told", "missing")]
    db.execute("DELETE FROM notes WHERE key IN (?, ?, ?)", notes)
    if forget:
        its = "(SELECT message_id FROM facts WHERE account = ?)"
        db.execute(f"DELETE FROM marks WHERE target IN {its}", (account,))
        db.execute(f"DELETE FROM corrections WHERE target IN {its} OR other IN {its}", (account, account))
        db.execute("DELETE FROM facts WHERE account = ?", (account,))
    return int(count)
