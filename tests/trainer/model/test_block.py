import torch

from winnow.trainer.model import block

STARTS = torch.tensor([[1, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1]], dtype=torch.bool)


def test_positions_restart_with_every_document() -> None:
    assert block.positions(STARTS).tolist() == [[0, 1, 2, 0, 0, 1], [0, 1, 2, 3, 4, 5], [0, 1, 0, 1, 2, 0]]


def test_angles_are_those_of_the_paper() -> None:
    cosine, sine = block.angles(torch.tensor([[0, 3]]), 4, 100.0)
    turns = torch.tensor([[0.0, 0.0], [3.0, 0.3]])  # position * theta^(-2i / W)
    torch.testing.assert_close(cosine[0, 0], torch.cat((turns, turns), 1).cos())
    torch.testing.assert_close(sine[0, 0], torch.cat((-turns, turns), 1).sin())
