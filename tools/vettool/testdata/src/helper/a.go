// Package helper helps tests: it may do what they may.
package helper

import (
	"fmt"
	"os"
	"testing"
)

func Main(m *testing.M, table string) {
	fmt.Println(fmt.Sprintf("DROP TABLE %s", table))
	os.Exit(m.Run())
}
