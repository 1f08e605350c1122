package sqltext

import (
	"context"
	"database/sql"
	"fmt"
)

const columns = "id, name"

func queries(ctx context.Context, db *sql.DB, table, id string) {
	db.QueryContext(ctx, "SELECT "+columns+" FROM users WHERE id = $1", id)
	db.QueryContext(ctx, "SELECT id FROM "+table)                 // want `SQL text is put together`
	q := fmt.Sprintf("DELETE FROM %s WHERE id = '%s'", table, id) // want `SQL text is put together`
	db.Exec(q)
	db.Exec(table + id)            // want `SQL text is put together`
	db.Exec(fmt.Sprint(table, id)) // want `SQL text is put together`
	//latchkey:allow sqltext a schema's name cannot be a parameter
	_ = fmt.Sprintf("CREATE SCHEMA %s", table)
	_ = fmt.Sprintf("select one of %d plans", 3) // want `SQL text is put together`
	_ = fmt.Sprintf("cannot insert %s", id)
}
