// A Go package with an assembly file may declare functions without a body; see
// argon2_test.go.
