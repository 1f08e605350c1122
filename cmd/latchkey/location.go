package main

import "github.com/latchkey-go/latchkey/internal/installation"

// location is the flags that say where the data is, of every command that works
// on it.
type location struct {
	Data string `help:"Directory of the keys and of the SQLite database." default:"./data" env:"LATCHKEY_DATA" type:"path"`
	DB   string `name:"db" help:"PostgreSQL database to use instead, as postgres://USER@HOST/NAME." placeholder:"URL" env:"LATCHKEY_DB"`
	Keys string `help:"File of the signing keys. Default: keys.json in the data directory." placeholder:"FILE" env:"LATCHKEY_KEYS" type:"path"`
}

func (l location) installation() installation.Location {
	return installation.Location{DataDir: l.Data, Database: l.DB, KeysFile: l.Keys}
}
