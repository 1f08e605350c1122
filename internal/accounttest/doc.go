// Package accounttest tests package account where its own tests may not go: on
// a real database, and against third-party vectors through parts of
// golang.org/x/crypto that are not exported. It has no code besides tests.
package accounttest
