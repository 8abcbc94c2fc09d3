/**
 * What the interpreter runs: reads `request.json` and `input.arrow` beside it, runs the script with `df`, `kargs`,
 * `pd` and `np`, and writes its `result` to `output.arrow` and what happened to `report.json`. The contract is in
 * `docs/python.md`.
 */
export const PYTHON_RUNNER = String.raw`
import json, os, sys, threading, traceback

def watch_parent():
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(3)

def report(kind, message="", **more):
    with open("report.json", "w", encoding="utf-8") as file:
        json.dump({"kind": kind, "message": message, **more}, file)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if kind == "done" else 1)

threading.Thread(target=watch_parent, daemon=True).start()
with open("request.json", encoding="utf-8") as file:
    request = json.load(file)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except Exception:
    pass
try:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
except ImportError as error:
    report("missing", str(error))

EPOCH = 621355968000000000
TICKS = {"s": 10000000, "ms": 10000, "us": 10}
NS_LEAST = -(2 ** 62) // 100
NS_MOST = (2 ** 62) // 100

def read_input():
    tables = []
    with open("input.arrow", "rb") as file:
        size = os.fstat(file.fileno()).st_size
        while file.tell() < size:
            tables.append(pa.ipc.open_stream(file).read_all())
    return pa.concat_tables(tables)

def time_column(array, kind, offset):
    ticks = array.to_numpy(zero_copy_only=False)
    missing = np.asarray(array.is_null())
    whole = np.where(missing, 0, np.nan_to_num(ticks.astype("float64")) if ticks.dtype.kind == "f" else ticks).astype("int64")
    if missing.any():
        whole = np.array([0 if v is None else v for v in array.to_pylist()], dtype="int64")
    counted = whole - np.int64(offset)
    inside = counted[~missing]
    if inside.size == 0 or (inside.min() > NS_LEAST and inside.max() < NS_MOST):
        values = (counted * 100).view(kind + "[ns]") if missing.all() or inside.size == counted.size else np.where(missing, 0, counted * 100).astype("int64").view(kind + "[ns]")
    else:
        values = (counted // 10).view(kind + "[us]")
    values = values.copy()
    values[missing] = np.array("NaT", dtype=values.dtype)
    return pd.Series(values)

def column_in(array, type):
    if type == "datetime":
        return time_column(array, "datetime64", EPOCH)
    if type == "timespan":
        return time_column(array, "timedelta64", 0)
    if type == "dynamic":
        return pd.Series([None if v is None else json.loads(v) for v in array.to_pylist()], dtype="object")
    if type == "decimal":
        return pd.Series([np.nan if v is None else float(v) for v in array.to_pylist()], dtype="float64")
    if type in ("string", "guid"):
        return pd.Series(array.to_pylist(), dtype="object")
    return array.to_pandas()

def frame_of(table):
    columns = [column_in(table.column(i).combine_chunks() if table.num_rows else pa.array([], table.schema.field(i).type), c["type"]) for i, c in enumerate(request["input"])]
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(table.num_rows))
    frame.columns = [c["name"] for c in request["input"]]
    return frame

def plain(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return [plain(v) for v in value.tolist()]
    if isinstance(value, (pd.Series, pd.Index)):
        return [plain(v) for v in value.tolist()]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else None
    if value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)

def empty(value):
    try:
        return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)
    except Exception:
        return False

def moments(values, offset):
    array = values.to_numpy()
    unit = np.datetime_data(array.dtype)[0]
    missing = np.isnat(array)
    whole = np.where(missing, 0, array.astype("int64"))
    ticks = whole // 100 if unit == "ns" else whole * TICKS[unit]
    return pa.array(ticks + offset, pa.int64(), mask=missing)

def column_out(series, type):
    if type == "datetime":
        moved = pd.to_datetime(series, utc=True)
        return moments(moved.dt.tz_convert(None), EPOCH)
    if type == "timespan":
        return moments(pd.to_timedelta(series), 0)
    if type in ("int", "long"):
        arrow, bits = (pa.int32(), 31) if type == "int" else (pa.int64(), 63)
        if series.dtype.kind in "iu":
            values = series.to_numpy()
            return pa.array([int(v) if -(2 ** bits) <= v < 2 ** bits else None for v in values] if (series.dtype.itemsize * 8 > bits + 1 or series.dtype.kind == "u") else values, arrow)
        def whole(v):
            n = int(v)
            return n if -(2 ** bits) <= n < 2 ** bits else None
        return pa.array([None if empty(v) or v in (float("inf"), float("-inf")) else whole(v) for v in series], arrow)
    if type == "real":
        return pa.array(pd.to_numeric(series).astype("float64"), pa.float64(), from_pandas=True)
    if type == "bool":
        return pa.array([None if empty(v) else bool(v) for v in series], pa.bool_())
    if type == "dynamic":
        return pa.array([None if empty(v) else json.dumps(plain(v), ensure_ascii=False) for v in series], pa.string())
    if type == "string":
        return pa.array(["" if empty(v) else str(v) for v in series], pa.string())
    return pa.array([None if empty(v) else str(v) for v in series], pa.string())

def write_output(result):
    wanted = request["output"]
    if not isinstance(result, pd.DataFrame):
        report("result", "The Python script has to leave a pandas DataFrame in the variable result, not " + type(result).__name__ + ".")
    names = [c["name"] for c in wanted]
    if all(n in result.columns for n in names):
        columns = [result[n] for n in names]
    elif len(result.columns) == len(names):
        columns = [result.iloc[:, i] for i in range(len(names))]
    else:
        report("result", "The Python script's result has the columns " + ", ".join(map(str, result.columns)) + "; the output schema asks for " + ", ".join(names) + ".")
    arrays = []
    for column, series in zip(wanted, columns):
        try:
            arrays.append(column_out(series.iloc[:, 0] if isinstance(series, pd.DataFrame) else series, column["type"]))
        except (ValueError, TypeError, OverflowError, pa.ArrowException) as error:
            report("result", "The column " + column["name"] + " of the Python script's result is no " + column["type"] + ": " + str(error))
    fields = [pa.field(c["name"], a.type, metadata={"kql": c["type"]}) for c, a in zip(wanted, arrays)]
    schema = pa.schema(fields)
    with open("output.arrow", "wb") as file, pa.ipc.new_stream(file, schema) as writer:
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema) if arrays else pa.table({}))

def main():
    script = request["script"]
    lines = [line for line in script.splitlines() if line.strip()]
    if lines and lines[0][:1] in " \t" and not lines[0].strip().startswith("#"):
        import textwrap
        script = textwrap.dedent(script)
    world = {"__name__": "__main__", "df": frame_of(read_input()), "kargs": request["kargs"], "pd": pd, "np": np}
    try:
        exec(compile(script, "<script>", "exec"), world)
    except SystemExit as error:
        if error.code not in (None, 0):
            raise RuntimeError("exit(" + str(error.code) + ")")
    if "result" not in world:
        report("result", "The Python script has to leave a pandas DataFrame in the variable result.")
    write_output(world["result"])
    report("done")

try:
    main()
except MemoryError:
    report("memory")
except BaseException as error:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<script>"]
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == "<script>" else (frames[-1].lineno if frames else None)
    more = {} if line is None else {"line": line}
    report("script", type(error).__name__ + ": " + str(error), traceback="".join(traceback.format_exception(error))[-4000:], **more)
`;
