"""Programs that use pystitchconnect as its README shows. argv[1] names one; standard input is what it is given."""

import json
import os
import sys

import requests
from pystitch import PyStitch

PyStitch.BASE_URL = os.environ['THIMBLE_URL'] + '/v4'


def lists(client, _given):
    return {'destinations': client.list_destinations(), 'sources': client.list_sources()}


def source(client, source_id):
    return client.get_source(source_id)


def streams(client, source_id):
    found = client.list_streams(source_id)
    return {'streams': found, 'schemas': [client.get_stream_schema(source_id, stream['stream_id']) for stream in found]}


def sync(client, source_id):
    try:
        return client.start_replication_job(source_id)
    except requests.HTTPError as error:
        return {'status': error.response.status_code, 'body': error.response.json()}


print(json.dumps(globals()[sys.argv[1]](PyStitch(os.environ['THIMBLE_API_KEY']), json.load(sys.stdin))))
