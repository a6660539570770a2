"""A plugin of pytest (-p first_of_each): of each test that runs with many values, only the first. For ./check quick."""


def pytest_collection_modifyitems(config, items):
    seen, kept, left = set(), [], []
    for item in items:
        name = item.nodeid.split("[")[0]
        (left if name in seen else kept).append(item)
        seen.add(name)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
