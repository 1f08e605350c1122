module github.com/latchkey-go/latchkey/examples

go 1.26

require github.com/latchkey-go/latchkey v0.0.0

replace github.com/latchkey-go/latchkey => ../
