// Package oracle holds jwt against two other libraries, golang-jwt and go-jose:
// what jwt accepts, both must accept with the same claims, and what both accept
// and jwt refuses must be covered by a rule that has a name. It has tests only,
// in a module of its own, so that those libraries are in nobody else's go.sum.
package oracle
