"""Runs the one task of prefect-stitch for each source named on standard input, and prints what became of it."""

import json
import os
import sys

from prefect_stitch.credentials import StitchCredentials
from prefect_stitch.exceptions import StitchAPIFailureException
from prefect_stitch.stitch_client import StitchClient
from prefect_stitch.tasks import start_replication_job

StitchClient._StitchClient__STITCH_API_URL = os.environ['THIMBLE_URL']


def sync(credentials, source_id):
    # The function of the task, which needs no server of Prefect's.
    try:
        return start_replication_job.fn(credentials=credentials, source_id=source_id)
    except StitchAPIFailureException as error:
        return str(error)


credentials = StitchCredentials(access_token=os.environ['THIMBLE_API_KEY'])
print(json.dumps([sync(credentials, source_id) for source_id in json.load(sys.stdin)]))
