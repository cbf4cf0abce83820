// Package sqlsource reads local records from a database, whose operator writes the
// query.
package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/records/load"
	"dvc_exporter/exporter/records/table"
)

// Options is what a database of records needs to know.
type Options struct {
	records.Options
	DSN     string        // connection string; no part of it is shown
	Name    string        // of the query, for people
	Query   string        //
	Timeout time.Duration // of the query, on the server and here

	// What sums of times are compared with.
	Now            func() time.Time // the domain's clock
	ReceptionLimit time.Duration    // a dossier waiting longer is late to be received
	DueSoon        time.Duration    // how far ahead is soon
}

// Database is a source that asks a PostgreSQL database, or whatever speaks its
// protocol, with a query of the operator's. The query gives either rows, under the
// headings that files have, where of two rows with one code the later one counts
// (ORDER BY the time of change); or sums, so that the database does the counting:
// see sums. Either is judged as one file is.
type Database struct {
	Options
	words records.Words
}

// New returns the source of a query.
func New(o Options) (*Database, error) {
	if _, err := pgx.ParseConfig(o.DSN); err != nil { // its text repeats the connection string
		return nil, errors.New("DVC_RECORDS_DSN is no connection string, or a file that it names cannot be read; write postgres://ROLE:PASSWORD@HOST:5432/DATABASE or host=HOST user=ROLE dbname=DATABASE")
	}
	d := &Database{Options: o}
	_, err := d.words.Renew(&d.Options.Options)
	return d, err
}

// Fetch runs the query in a transaction that can change nothing.
func (d *Database) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, d.Timeout)
	defer cancel()
	if _, err := d.words.Renew(&d.Options.Options); err != nil {
		return index.Answer{}, err
	}
	part, err := d.ask(ctx, false)
	if errors.Is(err, load.ErrMonthFirst) {
		part, err = d.ask(ctx, true)
	}
	for i := range part.Rejected {
		part.Rejected[i].Where = d.Name
	}
	if err != nil {
		part.Rows, part.Failure = nil, d.failure(ctx, err)
	}
	return index.Answer{Parts: []index.Part{part}}, nil
}

// ask runs the query. The part says what was found also where there is an error.
func (d *Database) ask(ctx context.Context, monthFirst bool) (part index.Part, err error) {
	part = index.Part{Name: d.Name, AsOf: time.Now()}
	config, err := pgx.ParseConfig(d.DSN)
	if err != nil {
		return part, err
	}
	config.RuntimeParams["application_name"] = "dvc_exporter"
	config.RuntimeParams["datestyle"] = "ISO"
	config.RuntimeParams["timezone"] = d.Zone.String() // a month begins at its midnight
	config.RuntimeParams["statement_timeout"] = strconv.FormatInt(d.Timeout.Milliseconds(), 10)
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return part, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return part, err
	}
	if err := onlyReads(ctx, tx); err != nil {
		return part, err
	}
	rows, err := tx.Query(ctx, d.Query, pgx.QueryExecModeExec, pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return part, err
	}
	defer rows.Close()
	isSums := slices.ContainsFunc(rows.FieldDescriptions(), func(f pgconn.FieldDescription) bool { return strings.EqualFold(f.Name, "measure") })
	if isSums {
		return part, d.sums(rows, &part)
	}
	return part, d.rows(rows, &part, monthFirst)
}

// rows reads dossiers.
func (d *Database) rows(rows pgx.Rows, part *index.Part, monthFirst bool) error {
	_, admits := d.Registry()
	ledger := ledger.New(d.Kind, d.Unique, admits)
	id := ledger.Open()
	l := &load.Loader{
		Catalogue: d.words.Catalogue, Parser: d.words.Parser, MonthFirst: monthFirst, Limit: d.Limit, Admits: ledger.Admits,
		Put: func(e *entry.Entry) error { return ledger.Put(id, e) },
	}
	var headings [][]byte
	for _, field := range rows.FieldDescriptions() {
		headings = append(headings, []byte(field.Name))
	}
	if err := l.Head(table.RowOf(headings)); err != nil {
		return err
	}
	for line := 1; rows.Next(); line++ {
		if err := l.Row(line, table.RowOf(rows.RawValues())); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	err := l.Finish()
	l.Describe(part)
	part.RowsUsed = ledger.Used(id)
	part.Rows = ledger.Rows()[id]
	return err
}

// mayWrite finds out whether the role may change anything that a reading role need
// not, in any schema that is not PostgreSQL's own.
const mayWrite = `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR EXISTS (
  SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')))
FROM pg_roles WHERE rolname = current_user`

// onlyReads refuses a role that could do harm: the password of the exporter's role
// stands in its environment, and the query in a file.
func onlyReads(ctx context.Context, tx pgx.Tx) error {
	var may bool
	if err := tx.QueryRow(ctx, mayWrite, pgx.QueryExecModeExec).Scan(&may); err != nil {
		return fmt.Errorf("finding out what the role may do: %w", err)
	}
	if may {
		return index.Failf(index.Refused, "the role in DVC_RECORDS_DSN may write, or is a superuser; make one that only reads and name it there: "+
			"CREATE ROLE dvc_reader LOGIN PASSWORD '…'; GRANT USAGE ON SCHEMA … TO dvc_reader; GRANT SELECT ON … TO dvc_reader")
	}
	return nil
}

func (d *Database) failure(ctx context.Context, err error) *index.Failure {
	reason, text := index.Unreadable, err.Error()
	refused, isRefused := errors.AsType[*load.Refused](err)
	failure, isFailure := errors.AsType[*index.Failure](err)
	pg, isPg := errors.AsType[*pgconn.PgError](err)
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	if isPg {
		text = said(pg)
	}
	switch {
	case ctx.Err() != nil || isPg && pg.Code == "57014": // query_canceled: the statement timeout
		reason = index.Timeout
		text = fmt.Sprintf("no answer within %v", d.Timeout)
	case isPg && slices.Contains([]string{"28P01", "28000", "42501"}, pg.Code): // password, authorization, privilege
		reason = index.Refused
	case isConnect:
		reason = index.Unreachable
	case isRefused:
		reason, text = index.Malformed, refused.Text
	case isFailure:
		reason, text = failure.Reason, failure.Text
	}
	return index.Failf(reason, "query %s: %s", d.Name, text)
}

// said is what the database says of a failure, without what may hold a cell:
// "invalid input syntax for type integer" repeats the text that is none.
func said(e *pgconn.PgError) string {
	text := fmt.Sprintf("%s (SQLSTATE %s)", e.Message, e.Code)
	switch e.Code[:min(len(e.Code), 2)] {
	case "08", "25", "28", "3D", "42", "53", "57": // connection, transaction, role, database, syntax, resources, operator
		return text
	}
	return fmt.Sprintf("the database reports SQLSTATE %s; its message may hold what stands in a row and is not shown: run the query by hand to see it", e.Code)
}
