package orders

import (
	"context"
	"database/sql"
	"fmt"
)

const table = "orders"

func byCustomer(ctx context.Context, db *sql.DB, customer, status string) error {
	// ruleid: go-sql-built-from-text
	if _, err := db.Query(fmt.Sprintf("SELECT id FROM orders WHERE customer = '%s'", customer)); err != nil {
		return err
	}
	// ruleid: go-sql-built-from-text
	if _, err := db.ExecContext(ctx, "DELETE FROM orders WHERE customer = '"+customer+"'"); err != nil {
		return err
	}
	query := fmt.Sprintf(`
		UPDATE orders SET status = '%s'
		WHERE customer = $1`, status)
	// ruleid: go-sql-built-from-text
	_, err := db.Exec(query, customer)
	return err
}

func safe(ctx context.Context, db *sql.DB, log Log, customer string, limit int) error {
	// ok: go-sql-built-from-text
	if _, err := db.QueryContext(ctx, "SELECT id FROM orders WHERE customer = $1", customer); err != nil {
		return err
	}
	// ok: go-sql-built-from-text
	row := db.QueryRow("SELECT count(*) FROM " + table)
	// ok: go-sql-built-from-text
	rows, err := db.Query(fmt.Sprintf("SELECT id FROM orders LIMIT %d", limit))
	// ok: go-sql-built-from-text
	log.Get(fmt.Sprintf("select %s", customer))
	_, _ = row, rows
	return err
}
