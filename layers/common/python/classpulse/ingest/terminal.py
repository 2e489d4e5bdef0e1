"""Printed text as a terminal shows it: carriage returns, backspaces and the moves of a progress bar are carried out.

ECMA-48's control sequences. Each takes time in what it prints, moves or erases, so any text takes linear time.
"""

import re

# The moves that programs print: up, down, right, left, to a column, and erasing in the line.
_MOVES = re.compile(r"[\r\x08]|\x1b\[[0-9:;<=>?]{0,32}[ABCDGK]")
_TOKENS = re.compile(r"\x1b\[([0-9:;<=>?]{0,32})([@-~])|([\r\n\x08])|([^\r\n\x08\x1b]+|\x1b)")


def fold(text: str) -> str:
    """Return what a terminal shows in the end; the same object if the text moves no cursor.

    A text that overwrites a longer one leaves the rest of that. Colours are kept and take no width.
    """
    unix = text.replace("\r\n", "\n")
    if not _MOVES.search(unix):
        return text if unix == text else unix
    screen = _Screen()
    for token in _TOKENS.finditer(unix):
        parameters, final, control, printed = token.groups()
        if printed:
            screen.print(printed)
        elif control:
            screen.control(control)
        elif final == "m":
            screen.colours.append(token[0])
        else:
            screen.move(final, parameters)
    return str(screen)


class _Screen:
    """Lines of characters and a cursor, which never is beyond the end of its line: nothing has to be padded."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]
        self._row = self._column = 0
        # Colour sequences that precede the next character.
        self.colours: list[str] = []

    def __str__(self) -> str:
        return "\n".join(map("".join, self._lines)) + "".join(self.colours)

    def print(self, text: str) -> None:
        """Write over what is at the cursor."""
        line, start = self._lines[self._row], self._column
        self._column += len(text)
        line[start : self._column] = text
        if self.colours:
            line[start] = "".join(self.colours) + text[0]
            self.colours = []

    def control(self, character: str) -> None:
        """Carry out a newline, a carriage return or a backspace."""
        if character == "\n":
            self._row += 1
            if self._row == len(self._lines):
                self._lines.append([])
        self._column = max(self._column - 1, 0) if character == "\b" else 0

    def move(self, final: str, parameters: str) -> None:
        """Move the cursor or erase; any other sequence shows nothing."""
        number = int(parameters) if parameters.isdecimal() else 0
        steps = max(number, 1)
        match final:
            case "A":
                self._row = max(self._row - steps, 0)
            case "B":
                self._row = min(self._row + steps, len(self._lines) - 1)
            case "C":
                self._column += steps
            case "D":
                self._column = max(self._column - steps, 0)
            case "G":
                self._column = steps - 1
            case "K" if number == 0:
                del self._lines[self._row][self._column :]
            case "K" if number == 2:
                self._lines[self._row].clear()
        self._column = min(self._column, len(self._lines[self._row]))
