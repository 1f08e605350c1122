// Package account keeps the people who sign in: sign-up, passwords, and what
// stands between a guesser and an account.
//
// A [Service] holds the rules and a [Store] keeps the rows. The package knows
// nothing of HTTP and starts no session: Authenticate says who somebody is, and
// the caller signs them in. Programs with their own table of users do not need
// this package at all.
//
// # Passwords
//
// Policy and storage follow NIST SP 800-63B-4, section 3.1.1.2: at least 15
// characters, no rules about their kinds, a list of passwords that are guessed
// early, and no truncation. Passwords are stored as argon2id hashes in PHC
// string format. Hashes of other systems are taken in (see [ParseHash]) and
// replaced at the first sign-in.
//
// # Guessing
//
// Every password check of the package goes through one function. Whether the
// name is unknown, the account disabled, locked or without a password, or the
// password wrong, it takes one place in the bounded queue for hashing, does the
// same amount of hashing, and answers [ErrInvalidCredentials]. Attempts are
// counted in the store before the password is looked at, so that parallel
// guesses cannot pass the limit: see [Throttle].
//
// # Scopes
//
// A user may have scopes, such as [ScopeAdmin]. They are what the program makes
// of them; this package sees to it that they never come from the person, that a
// change of them ends the user's sessions in the same transaction, and that
// what administrators do to others is checked and recorded: see [WithAuthority].
package account
