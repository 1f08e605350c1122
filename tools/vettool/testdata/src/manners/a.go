package manners

import (
	"log"
	"math/rand/v2" // want `math/rand/v2 can be guessed`
	"os"
)

func rude() {
	if rand.IntN(2) == 0 {
		os.Exit(1) // want `a library does not end its program`
	}
	log.Fatalln("no") // want `a library does not end its program`
	panic("no")       // want `a library does not panic`
}

func excused() {
	panic("no") //latchkey:allow manners the runtime promises that this cannot happen
}

func unexcused() {
	panic("no") /* want `a library does not panic` */ //latchkey:allow manners
}
