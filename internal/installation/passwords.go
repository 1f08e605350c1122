package installation

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/latchkey-go/latchkey/account"
)

// Passwords is how passwords are hashed here, and which may not be chosen. The
// zero value is a default for production.
type Passwords struct {
	// Hash are the parameters of argon2id. The zero value takes those of
	// account.HashParams.
	Hash account.HashParams

	// Breached is a file of passwords that are known from breaches, in the form
	// that account.BreachedPasswords describes. Empty: there is none.
	Breached string
}

// The bounds of account.HashParams, in MiB.
const (
	leastHashMemory = 7
	mostHashMemory  = 256
	leastHashWork   = 35
	mostHashWork    = 4 << 10
	mostHashLanes   = 16
)

// Check returns all that is wrong with p, in the words of the command line.
func (p Passwords) Check() error {
	errs := []error{p.checkHash()}
	if p.Breached != "" {
		_, closeList, err := p.Policy()
		if err == nil {
			err = closeList()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (p Passwords) checkHash() error {
	if p.Hash == (account.HashParams{}) {
		return nil
	}
	var errs []error
	memory, passes := int64(p.Hash.Memory>>10), int64(p.Hash.Time)
	if memory < leastHashMemory || memory > mostHashMemory {
		errs = append(errs, fmt.Errorf("--hash-memory %d must be from %d to %d, in MiB", memory, leastHashMemory, mostHashMemory))
	} else if passes*memory < leastHashWork || passes*memory > mostHashWork {
		errs = append(errs, fmt.Errorf("--hash-passes %d must be from %d to %d with --hash-memory %d; latchkey bench-hash suggests both for this machine",
			passes, (leastHashWork+memory-1)/memory, mostHashWork/memory, memory))
	}
	if p.Hash.Parallelism < 1 || p.Hash.Parallelism > mostHashLanes {
		errs = append(errs, fmt.Errorf("--hash-lanes %d must be from 1 to %d", p.Hash.Parallelism, mostHashLanes))
	}
	return errors.Join(errs...)
}

// Policy is which passwords people may choose here. The caller calls closeList
// when the policy is no longer used.
func (p Passwords) Policy() (policy account.Policy, closeList func() error, err error) {
	policy = account.Policy{ServiceNames: []string{"latchkey"}}
	if p.Breached == "" {
		return policy, func() error { return nil }, nil
	}
	list, err := account.OpenBreachedPasswords(p.Breached)
	if err != nil {
		return policy, nil, fmt.Errorf("--breached-passwords %s cannot be used: %s", p.Breached, p.whyNot(err))
	}
	policy.Refuse = list.Refuse
	return policy, list.Close, nil
}

// whyNot is err without what our own words say already.
func (p Passwords) whyNot(err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err.Error()
	}
	text := strings.TrimPrefix(err.Error(), "account: breached passwords: ")
	return strings.TrimPrefix(text, p.Breached+": ")
}
