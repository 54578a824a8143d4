"""Programs that use stitch-connect-client as its generated documentation shows. argv[1] names one; standard input is what it is given."""

import asyncio
import json
import os
import sys

from stitch_connect_client import (
    ApiClient,
    ApiException,
    Configuration,
    CreateDestinationBody,
    CreateSourceBody,
    DestinationsApi,
    Metadata,
    MetadataObject,
    SalesforceSourceFormProperties,
    SourceFormProperties,
    SourcesApi,
    StreamsApi,
    StreamsUpdateList,
    StreamUpdate,
    UpdateSourceBody,
)


async def outcome(request):
    """What the client made of a reply: a model, nothing, or the exception it raised."""
    try:
        return plain(await request)
    except ApiException as error:
        return {'status': error.status, 'body': json.loads(error.body)}
    except ValueError as error:
        return {'unreadable': str(error)}


def plain(answer):
    if isinstance(answer, list):
        return [plain(one) for one in answer]
    return answer.to_dict() if hasattr(answer, 'to_dict') else answer


async def create_source(client, body):
    return await outcome(SourcesApi(client).create_source(body))


async def create_source_with_models(client, properties):
    """In one step, where the model sends the properties as destination_id too; and in two, where it sends neither."""
    sources = SourcesApi(client)
    names = {'type': 'platform.salesforce', 'display_name': 'Our CRM'}
    model = SalesforceSourceFormProperties(**properties)
    in_one = await outcome(sources.create_source(CreateSourceBody(**names, properties=model)))
    created = await sources.create_source(CreateSourceBody(**names))
    in_two = await outcome(sources.update_source(created.id, UpdateSourceBody(properties=model)))
    return {'in_one': in_one, 'created': plain(created), 'in_two': in_two}


async def read_sources(client, source_id):
    sources = SourcesApi(client)
    return {'one': await outcome(sources.get_source(source_id)), 'all': await outcome(sources.get_sources())}


async def change_source(client, source_id):
    sources = SourcesApi(client)
    bodies = [
        UpdateSourceBody(display_name='Shop of 2031', properties=SourceFormProperties(frequency_in_minutes='30')),
        UpdateSourceBody(paused_at='2031-04-02T09:00:00Z'),
        # The model leaves out what is None, so that only a plain body unpauses.
        {'paused_at': None},
    ]
    return [await outcome(sources.update_source(source_id, body)) for body in bodies]


async def delete_source(client, source_id):
    sources = SourcesApi(client)
    return [await outcome(sources.delete_source(source_id)) for _ in range(2)]


async def last_connection_check(client, source_id):
    return await outcome(SourcesApi(client).get_last_connection_check(source_id))


async def start_replication(client, source_id):
    return await outcome(SourcesApi(client).start_replication(source_id))


async def source_types(client, _given):
    """The client has a model of the cards, though no method of its own that asks for them."""
    return await outcome(
        client.call_api(
            '/v4/source-types',
            'GET',
            response_type='list[SourceReportCard]',
            auth_settings=['bearerAuth'],
            _return_http_data_only=True,
        )
    )


async def read_streams(client, source_id):
    api = StreamsApi(client)
    streams = await api.get_streams(source_id)
    schemas = {stream.stream_name: plain(await api.get_stream_schema(source_id, stream.stream_id)) for stream in streams}
    return {'streams': plain(streams), 'schemas': schemas}


async def select_stream(client, given):
    """Selects as scripts do: the stream as it was read, with what it shall become."""
    source_id, name, replication, fields = given
    api = StreamsApi(client)
    stream = next(one for one in await api.get_streams(source_id) if one.stream_name == name)
    metadata = [Metadata(breadcrumb=[], metadata=MetadataObject(selected=True, **replication))]
    for field, selected in fields.items():
        metadata.append(Metadata(breadcrumb=['properties', field], metadata=MetadataObject(selected=selected)))
    update = StreamUpdate(
        stream_id=stream.stream_id,
        selected=True,
        stream_name=stream.stream_name,
        tap_stream_id=stream.tap_stream_id,
        metadata=metadata,
    )
    return await outcome(api.update_stream_metadata(source_id, StreamsUpdateList(streams=[update])))


async def destination_types(client, _given):
    return await outcome(DestinationsApi(client).get_destination_types())


async def create_destination(client, body):
    return await outcome(DestinationsApi(client).create_destination(CreateDestinationBody(**body)))


async def list_destinations(client, _given):
    return await outcome(DestinationsApi(client).get_destinations())


async def update_destination(client, given):
    destination_id, properties = given
    return await outcome(DestinationsApi(client).update_destination(destination_id, properties))


async def delete_destination(client, destination_id):
    return await outcome(DestinationsApi(client).delete_destination(destination_id))


async def main():
    configuration = Configuration(host=os.environ['THIMBLE_URL'])
    configuration.access_token = os.environ['THIMBLE_API_KEY']
    client = ApiClient(configuration)
    print(json.dumps(await globals()[sys.argv[1]](client, json.load(sys.stdin))))
    await client.rest_client.pool_manager.close()


asyncio.run(main())
