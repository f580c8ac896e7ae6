/* Drives one MongoDB endpoint with Debian's libmongo-client, a C client of 2014 that knows the old operations only, and
 * prints what it saw as one JSON document:
 *
 *     client mongodb://127.0.0.1:27017/
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mongo.h"
#include "show.h"

#define DATABASE "torana_libmongo"
#define NS(collection) DATABASE "." collection

static mongo_sync_connection *conn;

static bson *id_document(int id) {
  return bson_build(BSON_TYPE_INT32, "_id", id, BSON_TYPE_NONE);
}

static bson *of_operator(const char *operator, const char *field, int value) {
  bson *inner = bson_build(BSON_TYPE_INT32, field, value, BSON_TYPE_NONE);
  bson_finish(inner);
  bson *outer = bson_new();
  bson_append_document(outer, operator, inner);
  bson_finish(outer);
  bson_free(inner);
  return outer;
}

static gboolean insert(const char *ns, int id) {
  bson *document = id_document(id);
  bson_finish(document);
  gboolean done = mongo_sync_cmd_insert(conn, ns, document, NULL);
  bson_free(document);
  return done;
}

static gboolean update(const char *ns, int flags, bson *selector, bson *change) {
  bson_finish(selector);
  gboolean done = mongo_sync_cmd_update(conn, ns, flags, selector, change);
  bson_free(selector);
  bson_free(change);
  return done;
}

static gboolean delete(const char *ns, int flags, bson *selector) {
  bson_finish(selector);
  gboolean done = mongo_sync_cmd_delete(conn, ns, flags, selector);
  bson_free(selector);
  return done;
}

static void show_last_error(void) {
  bson *error = NULL;
  if (mongo_sync_cmd_get_last_error_full(conn, DATABASE, &error)) show_document(error);
  else show_text("no answer");
  if (error != NULL) bson_free(error);
}

/* Writes whose outcome is asked for by hand. */
static void loose_writes(void) {
  const char *ns = NS("loose");
  for (int id = 1; id < 4; id++) { show_flag(insert(ns, id)); show_last_error(); }
  show_flag(insert(ns, 1)); show_last_error(); show_last_error();
  show_flag(update(ns, 0, id_document(1), of_operator("$set", "a", 1))); show_last_error();
  show_flag(update(ns, MONGO_WIRE_FLAG_UPDATE_MULTI, bson_new(), of_operator("$inc", "b", 1))); show_last_error();
  show_flag(update(ns, MONGO_WIRE_FLAG_UPDATE_UPSERT, id_document(9), of_operator("$inc", "b", 1))); show_last_error();
  show_flag(update(ns, 0, id_document(1), of_operator("$noSuchOperator", "b", 1))); show_last_error();
  show_flag(delete(ns, 1, bson_new())); show_last_error();
  show_flag(delete(ns, 0, id_document(77))); show_last_error();
  show_flag(delete(ns, 0, bson_new())); show_last_error();
  show_flag(insert(ns, 1)); show_flag(insert(ns, 1)); show_flag(mongo_sync_cmd_ping(conn)); show_last_error();
}

/* The library asks after every write, and makes the write fail. */
static void safe_writes(void) {
  const char *ns = NS("safe");
  mongo_sync_conn_set_safe_mode(conn, TRUE);
  show_flag(insert(ns, 1));
  show_flag(insert(ns, 1));
  show_text(mongo_sync_conn_get_last_error(conn));
  show_flag(insert(ns, 2));
  show_text(mongo_sync_conn_get_last_error(conn));
  show_flag(update(ns, 0, id_document(1), of_operator("$noSuchOperator", "b", 1)));
  show_flag(update(ns, MONGO_WIRE_FLAG_UPDATE_MULTI, bson_new(), of_operator("$inc", "b", 1)));
  show_flag(delete(ns, 0, id_document(1)));
  mongo_sync_conn_set_safe_mode(conn, FALSE);
}

/* 500 documents in one message, read in batches. */
static void cursors(void) {
  const char *ns = NS("cursors");
  bson *documents[500];
  for (int n = 0; n < 500; n++) bson_finish(documents[n] = id_document(n));
  show_flag(mongo_sync_cmd_insert_n(conn, ns, 500, (const bson **)documents));
  show_last_error();
  for (int n = 0; n < 500; n++) bson_free(documents[n]);
  bson *everything = bson_new();
  bson_finish(everything);
  for (int size = 0; size < 200; size += 90) {
    mongo_packet *packet = mongo_sync_cmd_query(conn, ns, 0, 10, size, everything, NULL);
    mongo_sync_cursor *cursor = mongo_sync_cursor_new(conn, ns, packet);
    int seen = 0;
    while (mongo_sync_cursor_next(cursor)) seen++;
    show_number(seen);
    mongo_sync_cursor_free(cursor);
  }
  mongo_sync_cursor *left = mongo_sync_cursor_new(conn, ns, mongo_sync_cmd_query(conn, ns, 0, 0, 5, everything, NULL));
  show_flag(mongo_sync_cursor_next(left));
  mongo_sync_cursor_free(left);
  bson_free(everything);
}

/* With $query and $orderby, and a selector of fields. */
static void queries(void) {
  const char *ns = NS("queries");
  for (int id = 1; id <= 5; id++) insert(ns, id);
  bson *everything = bson_new();
  bson_finish(everything);
  bson *descending = id_document(-1);
  bson_finish(descending);
  bson *sorted = bson_new();
  bson_append_document(sorted, "$query", everything);
  bson_append_document(sorted, "$orderby", descending);
  bson_finish(sorted);
  bson *fields = id_document(1);
  bson_finish(fields);
  mongo_sync_cursor *cursor = mongo_sync_cursor_new(conn, ns, mongo_sync_cmd_query(conn, ns, 0, 1, -3, sorted, fields));
  while (mongo_sync_cursor_next(cursor)) {
    bson *found = mongo_sync_cursor_get_data(cursor);
    show_document(found);
    bson_free(found);
  }
  mongo_sync_cursor_free(cursor);
  bson_free(sorted);
  bson_free(descending);
  bson_free(everything);
  bson_free(fields);
  bson *wrong = of_operator("_id", "$noSuchOperator", 1);
  errno = 0;
  show_flag(mongo_sync_cmd_query(conn, ns, 0, 0, 1, wrong, NULL) != NULL);
  show_text(strerror(errno));
  bson_free(wrong);
}

static void commands(void) {
  show_flag(mongo_sync_cmd_ping(conn));
  show_flag(mongo_sync_cmd_is_master(conn));
  show_flag(mongo_sync_cmd_create(conn, DATABASE, "created", MONGO_COLLECTION_DEFAULTS));
  show_flag(mongo_sync_cmd_drop(conn, DATABASE, "created"));
  show_flag(mongo_sync_cmd_drop(conn, DATABASE, "created"));
  bson *unknown = bson_build(BSON_TYPE_INT32, "noSuchCommand", 1, BSON_TYPE_NONE);
  bson_finish(unknown);
  show_flag(mongo_sync_cmd_custom(conn, DATABASE, unknown) != NULL);
  show_text(mongo_sync_conn_get_last_error(conn));
  bson_free(unknown);
}

/* A file written as a whole, and read as a stream. */
static void files(void) {
  static guint8 content[300000];
  guint8 part[1000];
  memset(content, 7, sizeof content);
  mongo_sync_gridfs *fs = mongo_sync_gridfs_new(conn, NS("fs"));
  bson *name = bson_build(BSON_TYPE_STRING, "filename", "letter", -1, BSON_TYPE_NONE);
  bson_finish(name);
  mongo_sync_gridfs_chunked_file *file = mongo_sync_gridfs_chunked_file_new_from_buffer(fs, name, content, sizeof content);
  show_number(mongo_sync_gridfs_file_get_length(file));
  show_text(mongo_sync_gridfs_file_get_md5(file));
  mongo_sync_gridfs_chunked_file_free(file);
  mongo_sync_gridfs_stream *stream = mongo_sync_gridfs_stream_find(fs, name);
  gint64 count, total = 0;
  while ((count = mongo_sync_gridfs_stream_read(stream, part, sizeof part)) > 0) total += count;
  show_number(total);
  mongo_sync_gridfs_stream_close(stream);
  show_flag(mongo_sync_gridfs_remove(fs, name));
  show_flag(mongo_sync_gridfs_chunked_find(fs, name) != NULL);
  bson_free(name);
  mongo_sync_gridfs_free(fs, FALSE);
}

static void drop_database(void) {
  bson *command = bson_build(BSON_TYPE_INT32, "dropDatabase", 1, BSON_TYPE_NONE);
  bson_finish(command);
  mongo_packet *reply = mongo_sync_cmd_custom(conn, DATABASE, command);
  if (reply != NULL) mongo_wire_packet_free(reply);
  bson_free(command);
}

int main(int argc, char **argv) {
  char host[64];
  int port;
  if (argc < 2 || sscanf(argv[1], "mongodb://%63[^:]:%d", host, &port) != 2) return 2;
  mongo_util_oid_init(0);
  conn = mongo_sync_connect(host, port, FALSE);
  if (conn == NULL) { perror("connect"); return 1; }
  drop_database();
  begin_report("libmongo-client 0.1.8");
  begin_check("writes, then getLastError"); loose_writes(); end_check();
  begin_check("safe mode"); safe_writes(); end_check();
  begin_check("cursors"); cursors(); end_check();
  begin_check("queries"); queries(); end_check();
  begin_check("commands"); commands(); end_check();
  begin_check("files"); files(); end_check();
  end_report();
  drop_database();
  mongo_sync_disconnect(conn);
  return 0;
}
