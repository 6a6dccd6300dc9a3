"""Run mutmut without mutations of string literals. Its own configuration can only leave out whole lines."""

import libcst
from mutmut.__main__ import cli
from mutmut.mutation.mutators import mutation_operators, operator_string

mutation_operators.remove((libcst.BaseString, operator_string))
cli()
