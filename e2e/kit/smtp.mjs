// A mail server on this machine that takes one mail after the other, or refuses every recipient.
import { createServer } from "node:net";

export class Smtp {
  static async open({ refuses = false } = {}) {
    const smtp = new Smtp();
    smtp.mails = [];
    smtp.server = createServer((socket) => {
      let text = "", data = null;
      const says = (line) => socket.write(`${line}\r\n`);
      socket.on("error", () => {});
      says("220 mail.example.jp");
      socket.on("data", (part) => {
        text += part;
        for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
          const line = text.slice(0, end);
          text = text.slice(end + 2);
          if (data !== null) {
            if (line !== ".") { data += `${line}\r\n`; continue; }
            smtp.mails.push(data);
            data = null;
            says("250 2.0.0 taken");
          } else if (/^EHLO|^HELO/i.test(line)) says("250 mail.example.jp");
          else if (/^RCPT/i.test(line) && refuses) says("550 5.1.1 no such mailbox");
          else if (/^DATA/i.test(line)) { data = ""; says("354 go on"); }
          else if (/^QUIT/i.test(line)) { says("221 bye"); socket.end(); }
          else says("250 2.1.0 ok");
        }
      });
    });
    await new Promise((done) => smtp.server.listen(0, "127.0.0.1", done));
    smtp.port = smtp.server.address().port;
    return smtp;
  }
  close() {
    this.server.close();
  }
}
