"""Make the files beside this one of the reference's: python tests/vectors/whatsapp/reduce.py <folder>.

What each payload must become is written by hand in `tests/channels/whatsapp/test_vectors.py`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

OWN = Path(__file__).parent


def main(folder: Path) -> None:
    kept = {}
    for file in sorted((folder / "pywa-updates").glob("*.json")):
        for name, payload in json.loads(file.read_text()).items():
            kept[f"pywa/{file.stem}/{name}"] = payload
    meta = json.loads((folder / "meta-openapi-examples.json").read_text())
    kept |= {f"meta/{name}": payload for name, payload in meta["webhooks"].items()}
    (OWN / "webhooks.json").write_text(json.dumps(kept, indent=0, ensure_ascii=True) + "\n")
    limits = json.loads((folder / "limits.json").read_text())
    (OWN / "limits.json").write_text(json.dumps(limits, indent=1) + "\n")
    schema = json.loads((folder / "webhook-messages.schema.json").read_text())
    (OWN / "webhook.schema.json").write_text(json.dumps(schema, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
