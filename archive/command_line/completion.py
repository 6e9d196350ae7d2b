"""``dosije completion``: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands and options: bash, zsh or fish.

    \b
    bash: dosije completion bash > ~/.local/share/bash-completion/completions/dosije
    zsh:  dosije completion zsh > FOLDER_OF_FPATH/_dosije
    fish: dosije completion fish > ~/.config/fish/completions/dosije.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(context.find_root().command, {}, "dosije", "_DOSIJE_COMPLETE").source(), nl=False)
