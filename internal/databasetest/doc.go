// Package databasetest has the tests that SQLite and PostgreSQL must pass alike
// and that need more than the contract in storetest: migrations, injected faults,
// killed processes, random schedules against a model. It has no code of its own.
package databasetest
