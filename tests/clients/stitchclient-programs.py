"""Programs that use stitchclient as its README shows. argv[1] names one; it prints how many records each acknowledged request held."""

import collections
import collections.abc
import json
import os
import sys
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal

# The client is older than Python 3.10, which took these aliases away.
for alias in ('Hashable', 'Mapping', 'MutableMapping'):
    setattr(collections, alias, getattr(collections.abc, alias))

from stitchclient.client import Client
from transit.transit_types import URI

FIRST_SEQUENCE = 1795253001779869401
requests = []


def connect(**options):
    return Client(
        int(os.environ['STITCH_CLIENT_ID']),
        os.environ['STITCH_TOKEN'],
        override_stitch_url=os.environ['STITCH_URL'],
        callback_function=lambda callback_args: requests.append(len(callback_args)),
        **options,
    )


def upsert(table, sequence, data):
    return {'action': 'upsert', 'table_name': table, 'key_names': ['id'], 'sequence': sequence, 'data': data}


def kinds_of_values():
    with connect() as client:
        client.push(upsert('kinds', FIRST_SEQUENCE, {
            'id': 1,
            'seen_at': datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=timezone(timedelta(hours=2))),
            'before_epoch': datetime(1913, 5, 6, 7, 8, 9, tzinfo=timezone.utc),
            'cost': Decimal('-12345678901234567890123456.123456789012'),
            'hundred': Decimal('1E+2'),
            'above_double': 2**53 + 1,
            'greatest': 2**63 - 1,
            'least': -2**63,
            'whole': 15,
            'fraction': 15.0,
            'active': True,
            'nothing': None,
            'not_a_number': float('nan'),
            'key': uuid.UUID('123e4567-e89b-12d3-a456-426614174000'),
            'home': URI('https://example.com/?a=1'),
            'tags': {'red'},
            'tilde': '~tilde',
            'caret': '^1',
            'backquote': '`quoted`',
            'año': 'ñandú',
            'owner': {'name': 'Bö', 'address': {'city': 'Ås'}, 'pets': [{'name': 'Rex'}, {'name': 'Tom'}]},
        }))
        client.push(upsert('kinds', 2**63 - 1, {'id': 2, 'año': 'x', 'owner': {'name': 'Ann', 'pets': []}}))


def several_tables():
    with connect(table_name='by_default', key_names=['id']) as client:
        for step in range(6):
            table = f'table_{step % 2}'
            client.push(upsert(table, FIRST_SEQUENCE + step, {'id': step // 4, 'step': step}))
        client.push({'action': 'upsert', 'sequence': FIRST_SEQUENCE, 'data': {'id': 'a'}})


def many_records():
    with connect() as client:
        for number in range(45_000):
            client.push(upsert('many', FIRST_SEQUENCE + number, {'id': number, 'name': f'number {number}', 'half': number / 2}), number)


def large_records():
    """More than a request may hold in bytes, so that the client halves what it collected."""
    with connect() as client:
        for number in range(300):
            client.push(upsert('large', FIRST_SEQUENCE + number, {'id': number, 'text': chr(97 + number % 26) * 50_000}), number)


def many_keys():
    """More distinct keys than Transit's cache has slots, in two tables; UTF-16 and code points count one key's length differently."""
    with connect() as client:
        for number in range(50):
            fields = {f'field {number * 50 + column}': number for column in range(50)}
            client.push(upsert(f'wide_{number % 2}', FIRST_SEQUENCE + number, {'id': number, 'né😀': number, **fields}))


def one_record():
    with connect() as client:
        client.push(upsert('refused', FIRST_SEQUENCE, {'id': 1}))


def one_record_without_key():
    with connect() as client:
        client.push(upsert('refused', FIRST_SEQUENCE, {'name': 'nobody'}))


globals()[sys.argv[1]]()
print(json.dumps(requests))
