"use client";

import "./globals.css";

/** Shown when the layout itself failed: without messages, so in both languages. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Rivulet</title>
        <main className="flow">
          <div className="column">
            <section className="calm">
              <h1>The page broke</h1>
              <p>Your conversations are stored on the server. Reload the page to go on.</p>
              <p lang="zh-CN">页面出错了。对话都保存在服务器上，刷新页面就能继续。</p>
              <a className="btn line" href="/">
                Rivulet
              </a>
            </section>
          </div>
        </main>
      </body>
    </html>
  );
}
