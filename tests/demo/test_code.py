import ast

from demo.code import FOLDERS, files


def test_real_modules_a_licence_and_what_a_recipe_drops() -> None:
    made = files()
    assert b"SPDX-License-Identifier: PSF-2.0" in made["LICENSE"]
    assert {path.split("/")[1] for path in made if path.count("/") == 2} == set(FOLDERS)
    for path, data in made.items():
        if path.endswith(".py"):
            ast.parse(data)
    assert b"\0" in made["src/logo.bin"]
