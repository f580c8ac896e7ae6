#include "show.h"

#include <stdio.h>
#include <string.h>

/* Fields of replies that differ each time, and those that only newer servers give. */
static const char *const LEFT_OUT[] = {
  "connectionId", "lastOp", "syncMillis", "writtenTo", "electionId", "opTime", "$clusterTime", "operationTime",
  "writeConcern", "ns", "index", NULL
};

static int shown, checks;

static void separate(void) {
  if (shown++ > 0) printf(", ");
}

static void print_text(const char *text) {
  putchar('"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\') putchar('\\');
    putchar(*text);
  }
  putchar('"');
}

static int is_left_out(const char *name) {
  for (int n = 0; LEFT_OUT[n] != NULL; n++) {
    if (strcmp(LEFT_OUT[n], name) == 0) return 1;
  }
  return 0;
}

static void print_value(const bson_cursor *at) {
  const gchar *text;
  gdouble real;
  gint32 small;
  gint64 large;
  gboolean flag;
  if (bson_cursor_get_string(at, &text)) print_text(text);
  else if (bson_cursor_get_double(at, &real)) printf("%g", real);
  else if (bson_cursor_get_int32(at, &small)) printf("%d", small);
  else if (bson_cursor_get_int64(at, &large)) printf("%lld", (long long)large);
  else if (bson_cursor_get_boolean(at, &flag)) printf("%s", flag ? "true" : "false");
  else if (bson_cursor_type(at) == BSON_TYPE_NULL) printf("null");
  else print_text(bson_cursor_type_as_string(at));
}

void begin_report(const char *client) {
  printf("{ \"client\": ");
  print_text(client);
  printf(", \"checks\": {\n");
}

void end_report(void) {
  printf("\n} }\n");
}

void begin_check(const char *name) {
  if (checks++ > 0) printf(",\n");
  print_text(name);
  printf(": { \"result\": [");
  shown = 0;
}

void end_check(void) {
  printf("] }");
}

void show_flag(int flag) {
  separate();
  printf("%s", flag ? "true" : "false");
}

void show_number(double number) {
  separate();
  printf("%g", number);
}

void show_text(const char *text) {
  separate();
  if (text == NULL) printf("null");
  else print_text(text);
}

void show_document(const bson *document) {
  separate();
  printf("{");
  int fields = 0;
  bson_cursor *at = bson_cursor_new(document);
  while (bson_cursor_next(at)) {
    if (is_left_out(bson_cursor_key(at))) continue;
    if (fields++ > 0) printf(", ");
    print_text(bson_cursor_key(at));
    printf(": ");
    print_value(at);
  }
  bson_cursor_free(at);
  printf("}");
}
