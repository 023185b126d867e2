"""The page ``/docs``: the REST API as its OpenAPI description states it, in plain HTML without any script.

The usual documentation pages load their program from another machine; this one needs nothing but itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from ui.render import join

_STYLE = Markup("""
:root { color-scheme: light dark; }
body { font-family: "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, system-ui, sans-serif; line-height: 1.7;
  max-width: 960px; margin: 0 auto; padding: 24px; overflow-wrap: anywhere; }
h2 code { font-size: 1em; } h2 { border-top: 1px solid; padding-top: 20px; }
pre { padding: 12px; border: 1px solid; border-radius: 8px; overflow-x: auto; line-height: 1.5; }
summary { cursor: pointer; }
""")


def api_reference(openapi: Mapping[str, Any], address: str, nonce: str) -> Markup:
    """The page for an OpenAPI description of the server at ``address``: each operation and a command to try it; ``nonce`` is that of its style."""
    info = openapi["info"]
    operations = join(_operation(*found, openapi, address) for found in _operations(openapi))
    return Markup(
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        '<style nonce="{nonce}">{style}</style></head><body><h1>{title}</h1><p>{description}</p>'
        '<p>機械が読む形：<a href="openapi.json">openapi.json</a>　画面：<a href="./">チャット</a></p>'
        "{operations}</body></html>"
    ).format(
        title=info["title"], nonce=nonce, style=_STYLE, description=info.get("description", ""), operations=operations
    )


def _operations(openapi: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _operation(
    method: str, path: str, operation: Mapping[str, Any], openapi: Mapping[str, Any], address: str
) -> Markup:
    request = _schema(operation.get("requestBody", {}), openapi)
    sections = [_command(method, address.rstrip("/") + path, request)]
    if request is not None:
        sections.append(_details("リクエストの形", request))
    for status, response in operation.get("responses", {}).items():
        answered = _schema(response, openapi)
        if answered is not None:
            sections.append(_details(f"応答 {status}　{response.get('description', '')}", answered))
    return Markup("<section><h2><code>{} {}</code></h2><p>{}</p>{}</section>").format(
        method, path, operation.get("description") or operation.get("summary", ""), join(sections)
    )


def _command(method: str, url: str, request: Mapping[str, Any] | None) -> Markup:
    command = f"curl -s {url}"
    if method != "GET" and request is not None:
        example = next(iter(request.get("examples", [{}])))
        body = json.dumps(example, ensure_ascii=False)
        command = f"curl -s -X {method} -H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  {url}"
    return Markup("<pre>{}</pre>").format(command)


def _details(title: str, schema: Mapping[str, Any]) -> Markup:
    return Markup("<details><summary>{}</summary><pre>{}</pre></details>").format(
        title, json.dumps(schema, ensure_ascii=False, indent=2)
    )


def _schema(part: Mapping[str, Any], openapi: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The JSON schema of a request or response with every reference filled in; None where there is no JSON."""
    schema = part.get("content", {}).get("application/json", {}).get("schema")
    return _resolved(schema, openapi) if schema else None


def _resolved(value: Any, openapi: Mapping[str, Any]) -> Any:
    """``value`` without references. The schemas of this API do not contain themselves."""
    if isinstance(value, list):
        return [_resolved(item, openapi) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _resolved(openapi["components"]["schemas"][value["$ref"].rsplit("/", 1)[-1]], openapi)
    return {name: _resolved(item, openapi) for name, item in value.items()}
