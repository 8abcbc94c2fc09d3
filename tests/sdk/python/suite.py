"""Drives Calypso with azure-kusto-data and azure-kusto-ingest for Python, as they come from PyPI."""

import io
import json
import sys
import threading
import time
import traceback
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from azure.kusto.data import ClientRequestProperties, DataFormat, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoApiError, KustoMultiApiError, KustoServiceError
from azure.kusto.ingest import IngestionProperties, KustoStreamingIngestClient, QueuedIngestClient

url, token, client_url = sys.argv[1:4]
EVERY_TYPE = open(__file__.replace("python/suite.py", "every-type.kql"), encoding="utf-8").read()
ENDLESS = (
    "range a from 1 to 100000000 step 1 | extend k = a % 10"
    " | join kind=inner (range b from 1 to 100000000 step 1 | extend k = b % 10) on k | summarize count()"
)


def connection():
    return KustoConnectionStringBuilder.with_aad_user_token_authentication(url, token)


client = KustoClient(connection())


def rows_of(answer):
    return [row.to_list() for row in answer.primary_results[0]]


def same(found, wanted):
    if found != wanted:
        raise AssertionError(f"found {found!r}, wanted {wanted!r}")


def raised(kind, work):
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"nothing was raised, wanted {kind.__name__}")


CASES = {}


def case(name):
    def add(work):
        CASES[name] = work
        return work

    return add


@case("signs in with a token, a token provider, or an address")
def sign_in():
    provider = KustoConnectionStringBuilder.with_token_provider(url, lambda: token)
    for kcsb in [connection(), provider, KustoConnectionStringBuilder(client_url)]:
        with KustoClient(kcsb) as other:
            same(rows_of(other.execute("Samples", "Flights | count")), [[600000]])
    with KustoClient(KustoConnectionStringBuilder.with_aad_user_token_authentication(url, "wrong")) as other:
        error = raised(KustoServiceError, lambda: other.execute("Samples", "print 1"))
        assert "401" in str(error), error


@case("reads every type, its extremes and its null")
def every_type():
    most, least, none = rows_of(client.execute("Local", EVERY_TYPE))
    same(
        most,
        [
            True,
            2147483647,
            9223372036854775807,
            1.7976931348623157e308,
            Decimal("12345678901234567.890123456789"),
            'é "quoted"\n',
            datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
            timedelta(days=1, hours=2, minutes=3, seconds=4.5),
            "74be27de-1e4e-49d9-b579-fe0b331d3642",
            {"a": [1, None, "y"], "b": 1.0},
        ],
    )
    same(
        least,
        [
            False,
            -2147483648,
            -9223372036854775808,
            -1.5,
            Decimal("-0.5"),
            "",
            datetime(1, 1, 1, tzinfo=timezone.utc),
            -timedelta(days=1, hours=2, minutes=3, seconds=4.5),
            "00000000-0000-0000-0000-000000000000",
            [],
        ],
    )
    same(none, [None, None, None, None, None, "", None, None, None, None])


@case("passes parameters with their types")
def parameters():
    properties = ClientRequestProperties()
    properties.set_parameter("s", 'it\'s "so"')
    properties.set_parameter("n", 41)
    properties.set_parameter("d", "datetime(2024-02-29)")
    properties.set_parameter("o", 'dynamic(["a"])')
    text = "declare query_parameters(s: string, n: long, d: datetime, o: dynamic); print s, n + 1, d + 1d, o[0]"
    same(
        rows_of(client.execute("Local", text, properties)),
        [['it\'s "so"', 42, datetime(2024, 3, 1, tzinfo=timezone.utc), "a"]],
    )


@case("runs management commands")
def management():
    client.execute_mgmt("Local", ".create-merge table FromPython (a: long, b: string)")
    names = [row["TableName"] for row in client.execute_mgmt("Local", ".show tables").primary_results[0]]
    assert "FromPython" in names, names
    same(client.execute("Local", ".show version").primary_results[0][0]["ServiceType"], "Engine")


@case("raises errors with their place in the text")
def errors():
    error = raised(KustoApiError, lambda: client.execute("Samples", "Flights\n| where nope > 1"))
    assert error.is_semantic_error(), error
    api = error.get_api_error()
    same((api.code, api.permanent), ("General_BadRequest", True))
    assert "nope" in api.description and "[line:position=2:9]" in api.description, api.description
    raised(KustoApiError, lambda: client.execute("Samples", "Flights | where ("))
    raised(KustoApiError, lambda: client.execute("NoSuchDatabase", "print 1"))


@case("reads a million rows")
def million():
    text = "range x from 1 to 1000000 step 1 | extend s = strcat('row ', x)"
    table = client.execute("Local", text).primary_results[0]
    same(table.rows_count, 1_000_000)
    same(table.raw_rows[-1], [1_000_000, "row 1000000"])


@case("streams a result row by row")
def streaming():
    answer = client.execute_streaming_query("Local", "range x from 1 to 200000 step 1")
    tables = answer.iter_primary_results()
    total = 0
    for row in next(tables):
        total += row["x"]
    same(total, 200_000 * 200_001 // 2)


@case("gets partial results with an error when a limit is passed")
def limits():
    properties = ClientRequestProperties()
    properties.set_option("truncationmaxrecords", 10)
    error = raised(KustoMultiApiError, lambda: client.execute("Samples", "Flights", properties))
    same(error.get_api_errors()[0].code, "LimitsExceeded")
    assert "E_QUERY_RESULT_SET_TOO_LARGE" in str(error), error
    properties.set_option("notruncation", True)
    same(len(rows_of(client.execute("Samples", "Flights | take 20", properties))), 20)


@case("ends when its time is over")
def timeout():
    properties = ClientRequestProperties()
    properties.set_option("servertimeout", timedelta(seconds=1))
    error = raised(KustoServiceError, lambda: client.execute("Local", ENDLESS, properties))
    assert "did not end within" in str(error), error


@case("is cancelled by another request")
def cancel():
    name = f"python;{uuid.uuid4()}"
    properties = ClientRequestProperties()
    properties.client_request_id = name
    ended = []

    def work():
        try:
            client.execute("Local", ENDLESS, properties)
        except Exception as error:
            ended.append(error)

    running = threading.Thread(target=work)
    running.start()
    while name not in [row["ClientActivityId"] for row in client.execute("Local", ".show running queries").primary_results[0]]:
        if not running.is_alive():
            raise AssertionError(f"the query ended by itself: {ended}")
        time.sleep(0.05)
    client.execute("Local", f'.cancel query "{name}"')
    running.join()
    assert isinstance(ended[0], KustoApiError) and "cancelled" in str(ended[0]), ended


@case("streams CSV and JSON into a table")
def ingest():
    client.execute_mgmt("Local", ".create table Streamed (id: long, text: string, at: datetime, bag: dynamic)")
    with KustoStreamingIngestClient(connection()) as ingest_client:
        csv = '1,"a, b",2024-01-01,"{""k"":1}"\n2,c,,\n'
        ingest_client.ingest_from_stream(
            io.BytesIO(csv.encode()), IngestionProperties("Local", "Streamed", data_format=DataFormat.CSV)
        )
        records = [{"text": "j", "id": 3, "bag": {"z": [1]}}, {"id": 4, "at": "2024-02-02T00:00:00Z"}]
        text = "\n".join(json.dumps(record) for record in records)
        ingest_client.ingest_from_stream(
            io.BytesIO(text.encode()), IngestionProperties("Local", "Streamed", data_format=DataFormat.JSON)
        )
    same(
        rows_of(client.execute("Local", "Streamed | order by id asc")),
        [
            [1, "a, b", datetime(2024, 1, 1, tzinfo=timezone.utc), {"k": 1}],
            [2, "c", None, None],
            [3, "j", None, {"z": [1]}],
            [4, "", datetime(2024, 2, 2, tzinfo=timezone.utc), None],
        ],
    )


@case("says what it can't ingest")
def refused():
    with KustoStreamingIngestClient(connection()) as ingest_client:
        missing = IngestionProperties("Local", "NoSuchTable", data_format=DataFormat.CSV)
        error = raised(KustoApiError, lambda: ingest_client.ingest_from_stream(io.BytesIO(b"1\n"), missing))
        same(error.get_api_error().code, "BadRequest_EntityNotFound")
    with QueuedIngestClient(connection()) as queued:
        error = raised(
            Exception,
            lambda: queued.ingest_from_stream(
                io.BytesIO(b"1\n"), IngestionProperties("Local", "Streamed", data_format=DataFormat.CSV)
            ),
        )
        assert "streaming" in str(error).lower(), error


for name, work in CASES.items():
    try:
        work()
        verdict = {"case": name, "ok": True}
    except Exception:
        verdict = {"case": name, "ok": False, "error": traceback.format_exc()}
    print(json.dumps(verdict), flush=True)
