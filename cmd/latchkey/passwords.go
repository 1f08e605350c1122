package main

import (
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
)

// passwordRules is the flags of how passwords are hashed and which are refused:
// of serve, and of commands with which somebody sets one.
type passwordRules struct {
	HashMemory        uint32 `help:"Memory for hashing a password with argon2id, in MiB: 7 to 256. bench-hash suggests the best for a machine." default:"19" env:"LATCHKEY_HASH_MEMORY" placeholder:"MIB"`
	HashPasses        uint32 `help:"Passes over that memory. With other values than before, a password is hashed anew when its owner next signs in." default:"2" env:"LATCHKEY_HASH_PASSES" placeholder:"N"`
	HashLanes         uint8  `help:"Lanes of argon2id: 1 to 16. More than one helps only where processors are idle." default:"1" env:"LATCHKEY_HASH_LANES" placeholder:"N"`
	BreachedPasswords string `help:"File of passwords that may not be chosen, being known from breaches: their SHA-1, one a line, in order, as of Pwned Passwords." placeholder:"FILE" env:"LATCHKEY_BREACHED_PASSWORDS"`
}

func (r passwordRules) passwords() installation.Passwords {
	// A memory that is too much stays so in KiB.
	memory := min(r.HashMemory, 1<<20) << 10
	return installation.Passwords{
		Hash:     account.HashParams{Memory: memory, Time: r.HashPasses, Parallelism: r.HashLanes},
		Breached: r.BreachedPasswords,
	}
}
