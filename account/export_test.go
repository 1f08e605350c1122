package account

// NewMemory is the store of the examples.
func NewMemory() Store { return newMemory() }
