from flask import Flask
from werkzeug.serving import run_simple

app = Flask(__name__)
EVERYWHERE = "0.0.0.0"

if __name__ == "__main__":
    # ruleid: python-flask-debugger-reachable
    app.run(host="0.0.0.0", port=8000, debug=True)
    # ruleid: python-flask-debugger-reachable
    app.run(debug=True, host=EVERYWHERE)
    # ruleid: python-flask-debugger-reachable
    run_simple("0.0.0.0", 8000, app, use_reloader=True, use_debugger=True)
    # ok: python-flask-debugger-reachable
    app.run(debug=True)
    # ok: python-flask-debugger-reachable
    app.run(host="0.0.0.0", port=8000)
    # ok: python-flask-debugger-reachable
    app.run(host="127.0.0.1", debug=True)
    # ok: python-flask-debugger-reachable
    app.run(host="0.0.0.0", debug=False)
