package account_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/latchkey-go/latchkey/account"
)

// A list of breached passwords on the machine's own disk.
func ExampleOpenBreachedPasswords() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "pwned-passwords-sha1-ordered-by-hash.txt")
	// One line of the real list, which has hundreds of millions.
	const text = "68C77D6B13A7484E0541F0C31A73F20C3E63D0BE:3\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}

	breached, err := account.OpenBreachedPasswords(path)
	if err != nil {
		log.Fatal(err)
	}
	defer breached.Close()
	policy := account.Policy{Refuse: breached.Refuse}
	fmt.Println(policy.Check("lantern gravel mitten thicket"))
	// Output: <nil>
}
