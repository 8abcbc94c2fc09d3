import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.kusto.data.Client;
import com.microsoft.azure.kusto.data.ClientFactory;
import com.microsoft.azure.kusto.data.ClientRequestProperties;
import com.microsoft.azure.kusto.data.KustoOperationResult;
import com.microsoft.azure.kusto.data.KustoResultSetTable;
import com.microsoft.azure.kusto.data.StreamingClient;
import com.microsoft.azure.kusto.data.auth.ConnectionStringBuilder;
import com.microsoft.azure.kusto.data.exceptions.DataServiceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;

/**
 * Drives Calypso with azure-kusto-data for Java, as it comes from Maven Central. This SDK sends no token over plain
 * HTTP, so that the address holds it; and it asks for nobody's name only where the host is called localhost.
 */
public final class Suite {
  private static final String ENDLESS =
      "range a from 1 to 100000000 step 1 | extend k = a % 10"
          + " | join kind=inner (range b from 1 to 100000000 step 1 | extend k = b % 10) on k"
          + " | summarize count()";

  private final Client client;
  private final StreamingClient streaming;
  private final String everyType;

  private Suite(String address, Path everyTypeFile) throws Exception {
    client = ClientFactory.createClient(new ConnectionStringBuilder(address));
    streaming = ClientFactory.createStreamingClient(new ConnectionStringBuilder(address));
    everyType = Files.readString(everyTypeFile);
  }

  public static void main(String[] args) throws Exception {
    String address = args[3].replace("//127.0.0.1:", "//localhost:");
    Suite suite = new Suite(address, Path.of(args[0]));
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("connects with the token in the address", suite::connects);
    cases.put("reads every type, its extremes and its null", suite::everyType);
    cases.put("passes parameters with their types", suite::parameters);
    cases.put("runs management commands", suite::management);
    cases.put("raises errors with their place in the text", suite::errors);
    cases.put("reads a million rows", suite::million);
    cases.put("streams a result", suite::streams);
    cases.put("gets an error when a limit is passed", suite::limits);
    cases.put("ends when its time is over", suite::timeout);
    cases.put("is cancelled by another request", suite::cancel);
    cases.put("streams CSV and JSON into a table", suite::ingest);
    ObjectMapper json = new ObjectMapper();
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      Map<String, Object> verdict = new LinkedHashMap<>();
      verdict.put("case", entry.getKey());
      try {
        entry.getValue().run();
        verdict.put("ok", true);
      } catch (Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        verdict.put("ok", false);
        verdict.put("error", trace.toString());
      }
      System.out.println(json.writeValueAsString(verdict));
    }
    System.exit(0);
  }

  private interface Case {
    void run() throws Exception;
  }

  private void connects() {
    KustoResultSetTable table = first(client.executeQuery("Samples", "Flights | count"));
    same(table.getLong("Count"), 600_000L);
  }

  private void everyType() {
    KustoResultSetTable t = first(client.executeQuery("Local", everyType));
    same(t.getBoolean("b"), true);
    same(t.getInt("i"), Integer.MAX_VALUE);
    same(t.getLong("l"), Long.MAX_VALUE);
    same(t.getDouble("r"), Double.MAX_VALUE);
    same(t.getBigDecimal("m"), new BigDecimal("12345678901234567.890123456789"));
    same(t.getString("s"), "é \"quoted\"\n");
    same(t.getString("d"), "9999-12-31T23:59:59.9999999Z");
    same(t.getString("t"), "1.02:03:04.5000000");
    same(t.getUUID("g"), UUID.fromString("74be27de-1e4e-49d9-b579-fe0b331d3642"));
    same(t.getJSONObject("o").toString(), "{\"a\":[1,null,\"y\"],\"b\":1.0}");
    t.next();
    same(t.getBoolean("b"), false);
    same(t.getInt("i"), Integer.MIN_VALUE);
    same(t.getLong("l"), Long.MIN_VALUE);
    same(t.getDouble("r"), -1.5);
    same(t.getBigDecimal("m"), new BigDecimal("-0.5"));
    same(t.getString("s"), "");
    same(t.getKustoDateTime("d"), LocalDateTime.of(1, 1, 1, 0, 0));
    same(t.getString("t"), "-1.02:03:04.5000000");
    same(t.getUUID("g"), new UUID(0, 0));
    same(t.getJSONObject("o").size(), 0);
    t.next();
    same(t.getBooleanObject("b"), null);
    same(t.getIntegerObject("i"), null);
    same(t.getLongObject("l"), null);
    same(t.getDoubleObject("r"), null);
    same(t.getBigDecimal("m"), null);
    same(t.getString("s"), "");
    same(t.getKustoDateTime("d"), null);
    same(t.getString("t"), null);
    same(t.getString("g"), null);
    same(t.getJSONObject("o"), null);
    same(t.next(), false);
  }

  private void parameters() {
    ClientRequestProperties properties = new ClientRequestProperties();
    properties.setParameter("s", "it's");
    properties.setParameter("n", 41L);
    properties.setParameter("d", LocalDateTime.of(2024, 2, 29, 0, 0));
    properties.setParameter("t", Duration.ofMinutes(90));
    properties.setParameter("r", 1.5);
    properties.setParameter("b", true);
    properties.setParameter("g", UUID.fromString("74be27de-1e4e-49d9-b579-fe0b331d3642"));
    String text =
        "declare query_parameters(s: string, n: long, d: datetime, t: timespan, r: real, b: bool, g: guid);"
            + " print s = s, n = n + 1, d = d + 1d, t = t * 2, r = r * 2, b = not(b), g = g";
    KustoResultSetTable table = first(client.executeQuery("Local", text, properties));
    same(table.getString("s"), "it's");
    same(table.getLong("n"), 42L);
    same(table.getString("d"), "2024-03-01T00:00:00.0000000Z");
    same(table.getString("t"), "03:00:00");
    same(table.getDouble("r"), 3.0);
    same(table.getBoolean("b"), false);
    same(table.getString("g"), "74be27de-1e4e-49d9-b579-fe0b331d3642");
  }

  private void management() {
    client.executeMgmt("Local", ".create-merge table FromJava (a: long, b: string)");
    KustoResultSetTable tables = client.executeMgmt("Local", ".show tables").getPrimaryResults();
    boolean found = false;
    while (tables.next()) found |= tables.getString("TableName").equals("FromJava");
    same(found, true);
    KustoResultSetTable cluster = first(client.executeMgmt("Local", ".show cluster"));
    same(cluster.getBoolean("IsAdmin"), true);
  }

  private void errors() {
    DataServiceException error =
        fails(() -> client.executeQuery("Samples", "Flights\n| where nope > 1"));
    same(error.isPermanent(), true);
    has(error.getMessage(), "Semantic error");
    has(error.getMessage(), "[line:position=2:9]");
    has(fails(() -> client.executeQuery("Samples", "Flights | where (")).getMessage(), "Syntax error");
    has(fails(() -> client.executeQuery("NoSuchDatabase", "print 1")).getMessage(), "NoSuchDatabase");
  }

  private void million() {
    String text = "range x from 1 to 1000000 step 1 | extend s = strcat('row ', x)";
    KustoResultSetTable table = client.executeQuery("Local", text).getPrimaryResults();
    same(table.getData().size(), 1_000_000);
    same(table.getData().get(999_999).toString(), "[1000000, row 1000000]");
  }

  private void streams() throws Exception {
    long rows = 0;
    boolean inRows = false;
    try (InputStream stream =
            streaming.executeStreamingQuery("Local", "range x from 1 to 200000 step 1");
        JsonParser parser = new JsonFactory().createParser(stream)) {
      boolean primary = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && parser.getText().equals("PrimaryResult")) primary = true;
        if (token == JsonToken.FIELD_NAME && parser.getText().equals("Rows")) inRows = primary;
        if (token == JsonToken.FIELD_NAME && parser.getText().equals("FrameType")) inRows = primary = false;
        if (inRows && token == JsonToken.VALUE_NUMBER_INT) rows++;
      }
    }
    same(rows, 200_000L);
  }

  private void limits() {
    ClientRequestProperties properties = new ClientRequestProperties();
    properties.setOption("truncationmaxrecords", 10);
    DataServiceException error = fails(() -> client.executeQuery("Samples", "Flights", properties));
    has(error.getMessage(), "LimitsExceeded");
    properties.setOption("notruncation", true);
    same(rows(client.executeQuery("Samples", "Flights | take 20", properties)), 20);
  }

  private void timeout() {
    ClientRequestProperties properties = new ClientRequestProperties();
    properties.setTimeoutInMilliSec(1_000L);
    has(fails(() -> client.executeQuery("Local", ENDLESS, properties)).getMessage(), "did not end within");
  }

  private void cancel() throws Exception {
    String name = "java;" + UUID.randomUUID();
    ClientRequestProperties properties = new ClientRequestProperties();
    properties.setClientRequestId(name);
    AtomicReference<Exception> ended = new AtomicReference<>();
    Thread running =
        new Thread(
            () -> {
              try {
                client.executeQuery("Local", ENDLESS, properties);
              } catch (Exception error) {
                ended.set(error);
              }
            });
    running.start();
    while (!isRunning(name)) {
      if (!running.isAlive()) throw new AssertionError("the query ended by itself", ended.get());
      Thread.sleep(50);
    }
    client.executeMgmt("Local", ".cancel query \"" + name + "\"");
    running.join();
    has(String.valueOf(ended.get().getMessage()), "cancelled");
  }

  private boolean isRunning(String name) {
    KustoResultSetTable list = client.executeMgmt("Local", ".show running queries").getPrimaryResults();
    while (list.next()) if (name.equals(list.getString("ClientActivityId"))) return true;
    return false;
  }

  private void ingest() throws Exception {
    client.executeMgmt("Local", ".create table StreamedFromJava (id: long, text: string, bag: dynamic)");
    streaming.executeStreamingIngest(
        "Local", "StreamedFromJava", packed("1,\"a, b\",\"{\"\"k\"\":1}\"\n2,c,\n"), null, "Csv", null, false);
    KustoOperationResult report =
        streaming.executeStreamingIngest(
            "Local", "StreamedFromJava", packed("{\"text\":\"j\",\"id\":3}\n{\"id\":4,\"bag\":[1]}\n"), null, "Json", null, false);
    same(first(report).getLong("ConsumedRecordsCount"), 2L);
    KustoResultSetTable table =
        client.executeQuery("Local", "StreamedFromJava | order by id asc").getPrimaryResults();
    same(table.getData().toString(), "[[1, a, b, {\"k\":1}], [2, c, null], [3, j, null], [4, , [1]]]");
    DataServiceException error =
        fails(() -> streaming.executeStreamingIngest("Local", "NoSuchTable", packed("1\n"), null, "Csv", null, false));
    has(error.getMessage(), "NoSuchTable");
  }

  /** The SDK says that what it sends is gzip, and leaves the packing to its caller. */
  private static InputStream packed(String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private static KustoResultSetTable first(KustoOperationResult result) {
    KustoResultSetTable table = result.getPrimaryResults();
    same(table.next(), true);
    return table;
  }

  private static int rows(KustoOperationResult result) {
    return result.getPrimaryResults().getData().size();
  }

  private static DataServiceException fails(Case work) {
    try {
      work.run();
    } catch (DataServiceException error) {
      return error;
    } catch (Exception error) {
      throw new AssertionError("another exception than wanted", error);
    }
    throw new AssertionError("nothing was raised");
  }

  private static void has(String text, String part) {
    if (!text.contains(part)) throw new AssertionError("'" + part + "' is not in: " + text);
  }

  private static void same(Object found, Object wanted) {
    if (!Objects.equals(found, wanted))
      throw new AssertionError("found " + found + ", wanted " + wanted);
  }
}
