/* Writes the report, a JSON document, to standard output as it goes. */

#include "bson.h"

void begin_report(const char *client);
void end_report(void);

/* What is shown in between is the list that the check saw. */
void begin_check(const char *name);
void end_check(void);

void show_flag(int flag);
void show_number(double number);
/* NULL is a null. */
void show_text(const char *text);
/* Only what is the same each time, whatever the server. */
void show_document(const bson *document);
