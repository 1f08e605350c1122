package jwt

import "strings"

// wellKnownSecrets are random secrets that are printed in documentation and
// tutorials and found in many programs since. Those made of words need not be
// listed: they are guessable.
var wellKnownSecrets = []string{
	"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
	"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
	"3cfa76ef14937c1c0ea519f8fc057a80fcd04a7420f8e8bcd0a7567c272e007b",
	"9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9",
	"daf66e01593f61a15b857cf433aae03a005812b31234e149036bcc8dee755dbb",
	"404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970337336763979244226452948404D635166546A576E5A",
	"5367566B59703373367639792F423F4528482B4D6251655468576D5A71347437",
	"38782F413F4428472B4B6250655368566D5970337336763979244226452948404D635166546A576E5A7234743777217A25432A462D",
	"NcRfUjXn2r5u8x/A?D(G+KbPdSgVkYp3s6v9y$B&E)H@McQfTjWnZ",
	"SgVkYp3s6v9y/B?E(H+MbQeThWmZq4t7",
	"8x/A?D(G+KbPeShVmYp3s6v9y$B&E)H@McQfTjWnZr4t7w!z%C*F-",
}

// knownWindow is how many characters in a row a secret must share with a
// well-known one: people change an end, or leave one off.
const knownWindow = 24

func isWellKnown(text string) bool {
	text = strings.ToLower(text)
	for _, known := range wellKnownSecrets {
		known = strings.ToLower(known)
		for i := 0; i+knownWindow <= len(known); i++ {
			if strings.Contains(text, known[i:i+knownWindow]) {
				return true
			}
		}
	}
	return false
}
