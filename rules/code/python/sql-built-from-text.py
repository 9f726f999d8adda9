import sqlite3

from sqlalchemy import text

TABLE = "orders"


def orders_of(connection: sqlite3.Connection, customer, status):
    cursor = connection.cursor()
    # ruleid: python-sql-built-from-text
    cursor.execute(f"SELECT id, total FROM orders WHERE customer = '{customer}'")
    # ruleid: python-sql-built-from-text
    cursor.execute("SELECT id FROM orders WHERE customer = '%s' AND status = '%s'" % (customer, status))
    # ruleid: python-sql-built-from-text
    cursor.execute("DELETE FROM orders WHERE customer = '{}'".format(customer))
    # ruleid: python-sql-built-from-text
    connection.execute("UPDATE orders SET status = '" + status + "' WHERE customer = ?", (customer,))
    # ok: python-sql-built-from-text
    cursor.execute("SELECT id FROM orders WHERE customer = ?", (customer,))
    # ok: python-sql-built-from-text
    cursor.execute("SELECT count(*) FROM " + TABLE)
    # ok: python-sql-built-from-text
    cursor.execute(
        "SELECT id, total "
        "FROM orders WHERE status = %(status)s",
        {"status": status},
    )


def report(session, month):
    query = f"""
        SELECT sum(total)
        FROM orders WHERE month = '{month}'
    """
    # ruleid: python-sql-built-from-text
    session.execute(query)
    # ruleid: python-sql-built-from-text
    session.execute(text("SELECT sum(total) FROM orders WHERE month = " + month))
    # ok: python-sql-built-from-text
    session.execute(text("SELECT sum(total) FROM orders WHERE month = :month"), {"month": month})


def run_step(pipeline, step):
    # ok: python-sql-built-from-text
    pipeline.execute(f"step {step} of the nightly job")
