# SPDX-License-Identifier: Apache-2.0
"""Rewrites headers so that many mutants stand in them at once, each behind a switch of run time (mutation.hpp).

What is changed:
- comparisons: `<` becomes `<=` and so on; `==`, `!=` and those negated give the opposite;
- conditions, and what is returned as a bool: negated;
- `&&` and `||`: one side is as if it were not there;
- statements: left out (calls, assignments, throw, break, continue, return without a value);
- constants: a number is one more, a text or a character is another, true is false;
- `+` and `-` between whole numbers: the other.

An operand stands once in the text however many mutants it has, so what is rewritten grows with its mutants alone.
"""

import collections
import re
import sys

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian's python3-clang-14 is
from clang import cindex  # noqa: E402
from clang.cindex import CursorKind as Kind, TypeKind  # noqa: E402

Mutant = collections.namedtuple("Mutant", "file line code change")

RELAXED = {"<": "less", "<=": "less_or_equal", ">": "greater", ">=": "greater_or_equal"}
RELAXED_TO = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
COMPARISONS = {"==", "!=", *RELAXED}
ARITHMETIC = {"+": "plus", "-": "minus"}
WHOLE_NUMBERS = {TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG, TypeKind.LONGLONG, TypeKind.ULONGLONG}
LOOPS_AND_IFS = (Kind.IF_STMT, Kind.FOR_STMT, Kind.WHILE_STMT, Kind.CXX_FOR_RANGE_STMT)
NOT_AT_RUN_TIME = (Kind.STATIC_ASSERT, Kind.ENUM_CONSTANT_DECL, Kind.TEMPLATE_TYPE_PARAMETER,
                   Kind.TEMPLATE_NON_TYPE_PARAMETER)

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
CHARACTER = re.compile(r"'(?:[^'\\]|\\[^ux])'")
NUMBER = re.compile(r"(0[xX][0-9A-Fa-f']+|\d[\d']*)[uUlL]*")


def at_run_time(text):
    """The same header without constants of compile time, so that these can be mutated too."""
    text = re.sub(r"\bconstexpr const char\* (?=\w+ =)", "const char* const ", text)
    text = re.sub(r"\b(static |inline )?constexpr (?=[\w:<>, ]+ \w+ = )",
                  lambda match: ("inline static " if match[1] == "static " else match[1] or "") + "const ", text)
    return re.sub(r"\bstatic (?=const char\* const \w+ =)", "inline static ", text)


class Header:
    """One header, and what is to be changed in it."""

    def __init__(self, name, text, wanted):
        self.name = name
        self.text = text
        self.wanted = wanted
        self.switch = "on"
        self.before = collections.defaultdict(list)  # by offset: (end, text)
        self.after = collections.defaultdict(list)   # by offset: (start, text)
        self.replaced = {}                           # by offset: (end, text)

    def mutant(self, start, end, change):
        """A new mutant of the text from `start` to `end`; gives the switch, or None where it is not wanted."""
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", start)
        found = Mutant(self.name, self.text.count("\n", 0, start) + 1, self.text[line_start:line_end].strip(), change)
        number = self.wanted(found)
        return None if number is None else f"::mutation::{self.switch}({number})"

    def wrap(self, start, end, before, after):
        self.before[start].append((end, before))
        self.after[end].append((start, after))

    def replace(self, start, end, text):
        self.replaced[start] = (end, text)

    def rewritten(self):
        out = []
        at = 0
        for offset in sorted({*self.before, *self.after, *self.replaced, len(self.text)}):
            if offset > at:
                out.append(self.text[at:offset])
                at = offset
            # Of two around the same text the earlier is the outer.
            closing = sorted(enumerate(self.after[offset]), key=lambda item: (-item[1][0], -item[0]))
            out += [text for _, (_, text) in closing]
            opening = sorted(enumerate(self.before[offset]), key=lambda item: (-item[1][0], item[0]))
            out += [text for _, (_, text) in opening]
            if offset in self.replaced:
                end, text = self.replaced[offset]
                out.append(text)
                at = end
        return "".join(out)


class Mutator:
    """Walks over the functions of one header."""

    def __init__(self, header):
        self.header = header
        self.text = header.text
        self.seen = set()

    def range_of(self, cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def source(self, cursor):
        start, end = self.range_of(cursor)
        return self.text[start:end]

    def walk(self, cursor):
        if cursor.kind in NOT_AT_RUN_TIME or cursor.kind.is_attribute() or self.source(cursor).endswith("= default"):
            return
        children = self.children(cursor)
        key = (cursor.kind, *self.range_of(cursor))
        if key not in self.seen:
            self.seen.add(key)
            self.visit(cursor, children)
        before = self.header.switch
        if cursor.kind == Kind.VAR_DECL:
            self.header.switch = "is_on"  # the compiler may take it for a constant
        for child in children:
            self.walk(child)
        self.header.switch = before

    def children(self, cursor):
        """Without what is of the type: template arguments, bounds of arrays."""
        name_ends = cursor.location.offset if cursor.kind in (Kind.VAR_DECL, Kind.FIELD_DECL, Kind.PARM_DECL) else 0
        return [child for child in cursor.get_children()
                if child.extent.start.offset >= name_ends and not self.is_bound(cursor, child)]

    def is_bound(self, cursor, child):
        before = self.text[:child.extent.start.offset].rstrip()
        return cursor.kind in (Kind.VAR_DECL, Kind.FIELD_DECL) and before.endswith("[")

    def visit(self, cursor, children):
        kind = cursor.kind
        if kind in LOOPS_AND_IFS or kind == Kind.COMPOUND_STMT:
            self.visit_statements(cursor, children)
        if kind in (Kind.IF_STMT, Kind.WHILE_STMT, Kind.FOR_STMT):
            self.visit_condition(cursor, children)
        elif kind == Kind.CONDITIONAL_OPERATOR:
            self.negate(children[0], "the condition is negated")
        elif kind == Kind.RETURN_STMT and children and children[0].type.get_canonical().kind == TypeKind.BOOL:
            self.negate(children[0], "the opposite is returned")
        elif kind == Kind.INTEGER_LITERAL:
            self.visit_number(cursor)
        elif kind == Kind.STRING_LITERAL:
            self.visit_string(cursor)
        elif kind == Kind.CHARACTER_LITERAL:
            self.visit_character(cursor)
        elif kind == Kind.CXX_BOOL_LITERAL_EXPR:
            self.visit_bool(cursor)
        elif kind.is_expression():
            self.visit_operator(cursor, children)

    # Statements

    def visit_statements(self, cursor, children):
        for child in children:
            if cursor.kind in LOOPS_AND_IFS and not self.is_body(child):
                continue
            if child.kind in (Kind.BREAK_STMT, Kind.CONTINUE_STMT) or (
                    child.kind == Kind.RETURN_STMT and not list(child.get_children())):
                self.drop_jump(child)
            elif child.kind == Kind.CXX_THROW_EXPR or (child.kind.is_expression() and self.does_something(child)):
                self.drop(child)

    def is_body(self, child):
        """Whether it stands where a statement does: behind a parenthesis or an else."""
        before = self.text[:child.extent.start.offset].rstrip()
        after = self.text[child.extent.end.offset:].lstrip()
        return (before.endswith(")") or re.search(r"\belse$", before) is not None) and after.startswith(";")

    def does_something(self, expression):
        return "std::terminate" not in self.source(expression)

    def drop(self, expression):
        start, end = self.range_of(expression)
        if not self.text[end:].lstrip().startswith(";"):
            return
        switch = self.header.mutant(start, end, "left out: " + self.brief(expression))
        if switch and expression.kind == Kind.CXX_THROW_EXPR:
            self.header.wrap(start, end, f"({switch} ? void() : ", ")")
        elif switch:
            self.header.wrap(start, end, f"({switch} ? void() : void(", "))")

    def drop_jump(self, statement):
        start, end = self.range_of(statement)
        end = self.text.index(";", end) + 1
        switch = self.header.mutant(start, end, "left out: " + self.brief(statement))
        if switch:
            self.header.wrap(start, end, f"{{ if (!{switch}) ", " }")

    def brief(self, cursor):
        return re.sub(r"\s+", " ", self.source(cursor))[:60]

    # Conditions

    def visit_condition(self, cursor, children):
        start, _ = self.range_of(cursor)
        if re.match(r"if\s+constexpr\b", self.text[start:]):
            return
        parts = self.parts_in_parentheses(start)
        is_for = cursor.kind == Kind.FOR_STMT
        begin, end = parts[1] if is_for and len(parts) > 1 else parts[-1]
        for child in children:
            if self.range_of(child) != (begin, end):
                continue
            if child.kind.is_expression():
                self.negate(child, "the condition is negated")
            elif child.kind == Kind.VAR_DECL and len(parts) == 1 and cursor.kind == Kind.IF_STMT:
                switch = self.header.mutant(begin, end, "the condition is negated")
                if switch:
                    self.header.wrap(begin, end, "", f"; {switch} != bool({child.spelling})")
            return

    def parts_in_parentheses(self, start):
        """The ranges between the semicolons inside the first parentheses."""
        at = self.text.index("(", start) + 1
        parts, begin, depth = [], at, 0
        while True:
            if match := STRING.match(self.text, at) or CHARACTER.match(self.text, at):
                at = match.end()
                continue
            c = self.text[at]
            if depth == 0 and c in ";)":
                inner = self.text[begin:at]
                first = begin + len(inner) - len(inner.lstrip())
                parts.append((first, begin + len(inner.rstrip())))
                begin = at + 1
                if c == ")":
                    return parts
            depth += (c in "([{") - (c in ")]}")
            at += 1

    def negate(self, expression, change):
        while expression.kind in (Kind.UNEXPOSED_EXPR,) and len(list(expression.get_children())) == 1 and \
                self.range_of(next(expression.get_children())) == self.range_of(expression):
            expression = next(expression.get_children())
        operator = self.operator_of(expression, self.children(expression))
        start, end = self.range_of(expression)
        if expression.kind == Kind.CXX_BOOL_LITERAL_EXPR or (operator and operator[2] in COMPARISONS):
            return  # has this very mutant
        if self.text[start:end].startswith("!") and expression.kind == Kind.UNARY_OPERATOR:
            self.seen.add((Kind.UNARY_OPERATOR, start, end))
        switch = self.header.mutant(start, end, change)
        if switch:
            self.header.wrap(start, end, f"({switch} != bool((", ")))")

    # Operators

    def operator_of(self, cursor, children):
        """(left range, right range, operator, its offset), or None."""
        operands = [child for child in children if not self.source(child).startswith("operator")]
        for left, right in zip(operands, operands[1:]):
            between = self.text[left.extent.end.offset:right.extent.start.offset]
            spelling = between.strip()
            if spelling in COMPARISONS or spelling in ARITHMETIC or spelling in ("&&", "||"):
                if self.range_of(cursor) == (left.extent.start.offset, right.extent.end.offset):
                    offset = left.extent.end.offset + between.index(spelling)
                    return self.range_of(left), self.range_of(right), spelling, offset
        # An overloaded operator stands between its operands as a child of its own.
        if len(children) == 3 and self.source(children[1]).strip() in COMPARISONS:
            left, middle, right = children
            spelling = self.source(middle).strip()
            if not left.extent.end.offset <= middle.extent.start.offset <= right.extent.start.offset - len(spelling):
                return None  # what the compiler made of it
            return self.range_of(left), self.range_of(right), self.source(middle), middle.extent.start.offset
        return None

    def visit_operator(self, cursor, children):
        start, end = self.range_of(cursor)
        if cursor.kind == Kind.UNARY_OPERATOR and self.text[start] == "!" and self.text[start + 1] != "=":
            switch = self.header.mutant(start, end, "without the !")
            if switch:
                self.header.wrap(start, end, f"({switch} != bool((", ")))")
            return
        operator = self.operator_of(cursor, children)
        if not operator or ("operator", operator[3]) in self.seen:
            return
        self.seen.add(("operator", operator[3]))
        left, right, spelling, offset = operator
        if spelling in ("&&", "||"):
            self.visit_logical(left, right, spelling)
        elif spelling in COMPARISONS:
            self.visit_comparison(start, end, left, spelling, offset)
        elif all(child.type.get_canonical().kind in WHOLE_NUMBERS for child in children[:2]):
            other = {"+": "-", "-": "+"}[spelling]
            switch = self.header.mutant(offset, offset + 1, f"{spelling} becomes {other}")
            if switch:
                number = re.search(r"\d+", switch)[0]
                self.header.wrap(start, end, f"::mutation::{ARITHMETIC[spelling]}({number}, ", ")")
                self.header.replace(offset, offset + 1, ",")

    def visit_logical(self, left, right, spelling):
        for (begin, end), side in ((left, "left"), (right, "right")):
            if self.is_chain(begin, end, spelling):
                continue
            operand = re.sub(r"\s+", " ", self.text[begin:end])[:60]
            switch = self.header.mutant(begin, end, f"without the {side} side of {spelling}: {operand}")
            if switch and spelling == "&&":
                self.header.wrap(begin, end, f"({switch} || bool(", "))")
            elif switch:
                self.header.wrap(begin, end, f"(!{switch} && bool(", "))")

    def is_chain(self, begin, end, spelling):
        """Whether the operand is itself a chain of this operator, outside parentheses; its own operands are mutated."""
        depth, at = 0, begin
        while at < end:
            if match := STRING.match(self.text, at) or CHARACTER.match(self.text, at):
                at = match.end()
                continue
            c = self.text[at]
            depth += (c in "([{") - (c in ")]}")
            if depth == 0 and self.text.startswith(spelling, at):
                return True
            at += 1
        return False

    def visit_comparison(self, start, end, left, spelling, offset):
        opposite = self.header.mutant(start, end, f"{spelling} gives the opposite")
        if opposite:
            self.header.wrap(start, end, f"({opposite} != bool(", "))")
        if spelling not in RELAXED:
            return
        switch = self.header.mutant(offset, offset + len(spelling), f"{spelling} becomes {RELAXED_TO[spelling]}")
        if switch:
            number = re.search(r"\d+", switch)[0]
            self.header.wrap(start, end, f"::mutation::{RELAXED[spelling]}({number}, ", ")")
            self.header.replace(offset, offset + len(spelling), ",")

    # Constants

    def literal(self, cursor, form):
        start, end = self.range_of(cursor)
        match = form.fullmatch(self.text, start, end) if end > start else form.match(self.text, start)
        return (start, match.end(), match) if match else None

    def constant(self, cursor, start, end, other):
        spelled = self.text[start:end]
        switch = self.header.mutant(start, end, f"{spelled} is another")
        if switch:
            self.header.wrap(start, end, f"({switch} ? {other} : ", ")")

    def visit_number(self, cursor):
        if found := self.literal(cursor, NUMBER):
            start, end, match = found
            if self.text[:start].rstrip().endswith("<") or self.text[end:].lstrip().startswith(">{"):
                return  # an argument of a template
            self.constant(cursor, start, end, f"({match[0]} + 1)")

    def visit_character(self, cursor):
        if found := self.literal(cursor, CHARACTER):
            start, end, match = found
            self.constant(cursor, start, end, f"char({match[0]} ^ 1)")

    def visit_string(self, cursor):
        found = self.literal(cursor, STRING)
        if not found:
            return
        start, end, match = found
        if self.text[:start].rstrip().endswith('"') or self.text[end:].lstrip().startswith('"'):
            return  # of several side by side
        length = len(re.findall(r"\\[0-7]{1,3}|\\.|.", match[0][1:-1]))
        fill = "x" if set(match[0][1:-1]) != {"x"} else "y"
        self.constant(cursor, start, end, '"' + fill * max(length, 1) + '"')

    def visit_bool(self, cursor):
        start, _ = self.range_of(cursor)
        for spelled, other in (("true", "false"), ("false", "true")):
            if self.text.startswith(spelled, start):
                switch = self.header.mutant(start, start + len(spelled), f"{spelled} is {other}")
                if switch:
                    self.header.wrap(start, start + len(spelled), f"({switch} != ", ")")


FUNCTIONS = (Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION_FUNCTION,
             Kind.FUNCTION_TEMPLATE, Kind.VAR_DECL, Kind.FIELD_DECL)


def parse(names, includes, flags):
    """One unit that includes all these headers."""
    unit = "".join(f'#include <{name}>\n' for name in names)
    index = cindex.Index.create()
    parsed = index.parse("every.cpp", args=["-std=c++20", *[f"-I{path}" for path in includes], *flags],
                         unsaved_files=[("every.cpp", unit)])
    errors = [str(each) for each in parsed.diagnostics if each.severity >= cindex.Diagnostic.Error]
    if errors:
        raise SystemExit("the headers cannot be parsed:\n" + "\n".join(errors))
    return parsed


def mutate(root, names, wanted, flags=()):
    """Rewrites these headers below `root`, in place.
    @param wanted  what number a mutant has, or None; called in the order of the text.
    """
    headers = {}
    for name in names:
        path = f"{root}/{name}"
        with open(path, encoding="latin-1") as file:
            text = at_run_time(file.read())
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)
        headers[path] = Header(name, text, wanted)
    unit = parse(names, [root], flags)
    mutators = {path: Mutator(header) for path, header in headers.items()}

    def find_functions(cursor):
        for child in cursor.get_children():
            file = child.location.file
            if file is None or file.name not in mutators:
                continue
            if child.kind in FUNCTIONS:
                mutators[file.name].walk(child)
            else:
                find_functions(child)

    find_functions(unit.cursor)
    for path, header in headers.items():
        text = header.rewritten()
        text = text.replace("#pragma once\n", "#pragma once\n\n#include <mutation.hpp>\n", 1)
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)
