# SPDX-License-Identifier: BSD-2-Clause
# fill.awk TABLE verdicts.def FILE.in: puts the commands and options of TABLE, which make_table has printed, and the names
# of the verdicts into a completion, in the place of a word such as @commands@ or of a line such as @zsh_table@.

BEGIN { FS = "\t" }

# The files in turn.
FNR == 1 { file++ }

file == 1 && $1 == "command" {
    command[++count] = $2
    operand[count] = $3
    summary[count] = $4
    names = names (count == 1 ? "" : " ") $2
    next
}
file == 1 {
    option[count, ++options[count]] = $2
    kind[count, options[count]] = $3
    help[count, options[count]] = $4
    next
}

file == 2 {
    if (match($0, /^VERDICT\([A-Z_]+/))
        verdicts = verdicts (verdicts == "" ? "" : " ") substr($0, 9, RLENGTH - 8)
    next
}

# What would end a text between single quotes, or a part of what _arguments and _describe take.
function zsh(text) {
    gsub(/\\|\[|\]|:/, "\\\\&", text)
    gsub(/'/, "'\\''", text)
    return text
}

function bash_table(    i, k) {
    for (i = 1; i <= count; i++) {
        printf "    %s) operand=%s options='", command[i], operand[i]
        for (k = 1; k <= options[i]; k++)
            printf "%s--%s%s", k == 1 ? "" : " ", option[i, k], kind[i, k] == "-" ? "" : "=" kind[i, k]
        print "' ;;"
    }
}

function zsh_table(    i, k) {
    for (i = 1; i <= count; i++) {
        printf "        %s)\n            _arguments", command[i]
        for (k = 1; k <= options[i]; k++)
            printf " \\\n                '--%s[%s]%s'", option[i, k], zsh(help[i, k]),
                kind[i, k] == "-" ? "" : ":" kind[i, k] ":_genauthctl_" kind[i, k]
        if (operand[i] != "-")
            printf " \\\n                '1:%s:_genauthctl_%s'", operand[i], operand[i]
        print "\n            ;;"
    }
}

function zsh_commands(    i) {
    for (i = 1; i <= count; i++)
        printf "            '%s:%s'\n", command[i], zsh(summary[i])
}

$0 == "@bash_table@" { bash_table(); next }
$0 == "@zsh_table@" { zsh_table(); next }
$0 == "@zsh_commands@" { zsh_commands(); next }
{
    gsub(/@commands@/, names)
    gsub(/@verdicts@/, verdicts)
    print
}
