import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Dessins"), ("?errors=1", "à corriger"), ("?idle=1", "Rester connecté"), ("?frame=ar24", "Dessins")],
)
def test_the_catalogue_of_the_look_is_shown(client: Client, query: str, words: str):
    assert words in client.get(reverse("sandbox:look") + query).text
