package main

import (
	"fmt"
	"strings"
)

// bashCompletion is the script for bash. Where it has nothing to offer, bash
// completes names of files.
func bashCompletion(all []completed) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Completion of latchkey for bash. Load it with:
#   source <(latchkey completion bash)
_latchkey() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at='' i
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$at ${COMP_WORDS[i]}" in
		%s) at="$at ${COMP_WORDS[i]}" ;;
		esac
	done
	COMPREPLY=()
	case "$at $prev" in
`, paths(all))
	for _, c := range all {
		for _, f := range c.flags {
			if f.takes {
				fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -W %s -- \"$cur\")); return ;;\n",
					quoted(c.at()+" "+f.text), quoted(strings.Join(f.values, " ")))
			}
		}
	}
	b.WriteString("\tesac\n\tcase \"$at\" in\n")
	for _, c := range all {
		fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -W %s -- \"$cur\")) ;;\n",
			quoted(c.at()), quoted(strings.Join(c.words(), " ")))
	}
	b.WriteString("\tesac\n}\ncomplete -o bashdefault -o default -F _latchkey latchkey\n")
	return b.String()
}

// zshCompletion is the script for zsh.
func zshCompletion(all []completed) string {
	var b strings.Builder
	fmt.Fprintf(&b, `#compdef latchkey
# Completion of latchkey for zsh. Load it with:
#   source <(latchkey completion zsh)
# or save it as _latchkey in a directory of $fpath.
_latchkey() {
	local at='' i
	local -a commands flags
	for ((i = 2; i < CURRENT; i++)); do
		case "$at ${words[i]}" in
		%s) at="$at ${words[i]}" ;;
		esac
	done
	case "$at ${words[CURRENT-1]}" in
`, paths(all))
	for _, c := range all {
		for _, f := range c.flags {
			switch {
			case len(f.values) > 0:
				fmt.Fprintf(&b, "\t%s) compadd -- %s; return ;;\n", quoted(c.at()+" "+f.text), strings.Join(f.values, " "))
			case f.takes:
				fmt.Fprintf(&b, "\t%s) _files; return ;;\n", quoted(c.at()+" "+f.text))
			}
		}
	}
	b.WriteString("\tesac\n\tcase \"$at\" in\n")
	for _, c := range all {
		fmt.Fprintf(&b, "\t%s)\n\t\tcommands=(", quoted(c.at()))
		for _, w := range c.commands {
			b.WriteString(" " + zshWord(w))
		}
		b.WriteString(" )\n\t\tflags=(")
		for _, f := range c.flags {
			b.WriteString(" " + zshWord(f.word))
		}
		b.WriteString(" ) ;;\n")
	}
	b.WriteString(`	esac
	_describe -t commands command commands
	[[ ${words[CURRENT]} == -* ]] && _describe -t flags flag flags
	(( $#commands )) || _files
}
if [[ ${funcstack[1]} == _latchkey ]]; then
	_latchkey "$@"
else
	compdef _latchkey latchkey
fi
`)
	return b.String()
}

// zshWord is "word:help" for _describe.
func zshWord(w word) string {
	return quoted(strings.ReplaceAll(w.text, ":", `\:`) + ":" + strings.ReplaceAll(w.help, ":", `\:`))
}

// fishCompletion is the script for fish.
func fishCompletion(all []completed) string {
	var b strings.Builder
	b.WriteString(`# Completion of latchkey for fish. Load it with:
#   latchkey completion fish | source
function __latchkey_at --description 'Is this the command on the line?'
    set --local at
    for word in (commandline --tokenize --current-process --cut-at-cursor)[2..]
        contains -- (string join ' ' $at $word) `)
	for _, c := range all[1:] {
		b.WriteString(quoted(c.path) + " ")
	}
	b.WriteString(`
        and set --append at $word
    end
    test "$at" = "$argv[1]"
end
`)
	for _, c := range all {
		when := quoted("__latchkey_at " + `"` + c.path + `"`)
		if len(c.commands) > 0 {
			fmt.Fprintf(&b, "complete --command latchkey --no-files --condition %s\n", when)
		}
		for _, w := range c.commands {
			fmt.Fprintf(&b, "complete --command latchkey --condition %s --arguments %s --description %s\n", when, quoted(w.text), fishText(w.help))
		}
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete --command latchkey --condition %s --long-option %s", when, strings.TrimPrefix(f.text, "--"))
			if f.short != "" {
				fmt.Fprintf(&b, " --short-option %s", strings.TrimPrefix(f.short, "-"))
			}
			if f.takes {
				b.WriteString(" --require-parameter")
			}
			if len(f.values) > 0 {
				fmt.Fprintf(&b, " --no-files --arguments %s", quoted(strings.Join(f.values, " ")))
			}
			fmt.Fprintf(&b, " --description %s\n", fishText(f.help))
		}
	}
	return b.String()
}

// fishText is s for fish, in which a backslash means something in quotes too.
func fishText(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
