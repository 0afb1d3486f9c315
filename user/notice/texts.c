// SPDX-License-Identifier: GPL-2.0
#include "notice/texts.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"

static const char customer_en[] =
	"Subject: A device on your Internet connection seems to be infected (case {case})\n"
	"\n"
	"Dear customer,\n"
	"\n"
	"a device on your Internet connection seems to be infected with malicious software.\n"
	"\n"
	"What we have seen:\n"
	"\n"
	"{evidence}\n"
	"\n"
	"Times are UTC. We look at addresses and counts of connections, and not at what they\n"
	"carry.\n"
	"\n"
	"What it means: somebody else may use the device without your knowledge, to send spam, to\n"
	"attack others, or to read what you type, such as passwords. As long as it goes on we may\n"
	"hold back this traffic; nothing else is.\n"
	"\n"
	"What to do:\n"
	"\n"
	"1. Find the device. Do not forget routers, cameras, television sets, phones and guests.\n"
	"2. Update its operating system and all programs, and have a security program that is up\n"
	"   to date look through all of it. If nothing helps, set it up anew.\n"
	"3. Then change your passwords, on a device that is not infected, that of your wireless\n"
	"   network too.\n"
	"\n"
	"Where to get help:\n"
	"\n"
	"Instructions: {help}\n"
	"By phone: {phone}\n"
	"By mail: {contact}\n"
	"Please name the case {case}.\n"
	"\n"
	"How to know that this is from us: we ask for no password and for no money, and you need\n"
	"not open a link or an attachment. If in doubt, call the number on your bill.\n"
	"\n"
	"{organisation}\n";

static const char customer_de[] =
	"Subject: Ein Gerät an Ihrem Internetanschluss ist offenbar infiziert (Fall {case})\n"
	"\n"
	"Sehr geehrte Kundin, sehr geehrter Kunde,\n"
	"\n"
	"ein Gerät an Ihrem Internetanschluss ist offenbar mit Schadsoftware infiziert.\n"
	"\n"
	"Was wir gesehen haben (englisch, Zeiten in UTC):\n"
	"\n"
	"{evidence}\n"
	"\n"
	"Wir sehen Adressen und die Zahl von Verbindungen, nicht deren Inhalt.\n"
	"\n"
	"Was das bedeutet: Andere können das Gerät ohne Ihr Wissen benutzen, um Spam zu\n"
	"verschicken, um Dritte anzugreifen oder um mitzulesen, was Sie eingeben, etwa\n"
	"Passwörter. Solange es andauert, halten wir womöglich diesen Verkehr auf, und sonst\n"
	"keinen.\n"
	"\n"
	"Was zu tun ist:\n"
	"\n"
	"1. Finden Sie das Gerät. Denken Sie auch an Router, Kameras, Fernseher, Telefone und\n"
	"   Gäste.\n"
	"2. Aktualisieren Sie Betriebssystem und Programme, und lassen Sie ein aktuelles\n"
	"   Schutzprogramm alles durchsuchen. Hilft nichts, setzen Sie das Gerät neu auf.\n"
	"3. Ändern Sie danach auf einem sauberen Gerät Ihre Passwörter, auch das Ihres WLANs.\n"
	"\n"
	"Wo Sie Hilfe finden:\n"
	"\n"
	"Anleitungen: {help}\n"
	"Telefon: {phone}\n"
	"E-Mail: {contact}\n"
	"Bitte nennen Sie den Fall {case}.\n"
	"\n"
	"Woran Sie erkennen, dass dies von uns kommt: Wir fragen nach keinem Passwort und\n"
	"verlangen kein Geld, und Sie müssen keinen Link und keinen Anhang öffnen. Im Zweifel\n"
	"rufen Sie die Nummer auf Ihrer Rechnung an.\n"
	"\n"
	"{organisation}\n";

static const char closed_en[] =
	"Subject: Your Internet connection: case {case} is closed\n"
	"\n"
	"Dear customer,\n"
	"\n"
	"the case {case}, of a device on your Internet connection that seemed to be infected, is\n"
	"closed.\n"
	"\n"
	"The last that we have seen was at {last} UTC. Should it begin again, we will write again.\n"
	"\n"
	"Instructions: {help}\n"
	"By phone: {phone}\n"
	"By mail: {contact}\n"
	"\n"
	"{organisation}\n";

static const char closed_de[] =
	"Subject: Ihr Internetanschluss: Fall {case} ist abgeschlossen\n"
	"\n"
	"Sehr geehrte Kundin, sehr geehrter Kunde,\n"
	"\n"
	"der Fall {case}, ein offenbar infiziertes Gerät an Ihrem Internetanschluss, ist\n"
	"abgeschlossen.\n"
	"\n"
	"Zuletzt haben wir um {last} UTC etwas gesehen. Beginnt es erneut, schreiben wir wieder.\n"
	"\n"
	"Anleitungen: {help}\n"
	"Telefon: {phone}\n"
	"E-Mail: {contact}\n"
	"\n"
	"{organisation}\n";

static const char desk_en[] = "Subject: spamweir on {host}: {event}, {severity}: {text}\n"
			      "\n"
			      "{text}\n"
			      "\n"
			      "event:    {event}, {severity}\n"
			      "case:     {case}\n"
			      "account:  {account}\n"
			      "address:  {address}\n"
			      "opened:   {opened}\n"
			      "closed:   {closed}\n"
			      "why:      {why}\n"
			      "signals:  {count}, from {first} to {last}\n"
			      "\n"
			      "{evidence}\n"
			      "\n"
			      "The whole story: spamweir case show {case}\n";

static const struct {
	const char *which, *language, *text;
} texts[] = {
	{ "customer", "en", customer_en },
	{ "customer", "de", customer_de },
	{ "customer-closed", "en", closed_en },
	{ "customer-closed", "de", closed_de },
	{ "desk", "en", desk_en },
};

const char *sw_notice_built_in(const char *which, const char *language)
{
	const char *english = desk_en;
	size_t i;

	for (i = 0; i < SW_COUNT(texts); i++) {
		if (strcmp(texts[i].which, which))
			continue;
		if (!strcmp(texts[i].language, language))
			return texts[i].text;
		if (!strcmp(texts[i].language, "en"))
			english = texts[i].text;
	}
	return english;
}
