"""AWS::SecretsManager::Secret."""

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.secretsmanager.resource_providers.aws_secretsmanager_secret import (
    SecretsManagerSecretProvider,
)

from lab_emulator.cloudformation.resource import Model, changed, done, follow_tags, keep


class SecretProvider(SecretsManagerSecretProvider):
    """Stock: nothing is updated. A new value is generated only where the rules for it changed, as on AWS."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        secrets, model = request.aws_client_factory.secretsmanager, keep(request, "Name", "Id")
        parameters = {name: model[name] for name in ("Description", "KmsKeyId") if name in model}
        if changed(request, "SecretString", "GenerateSecretString"):
            parameters["SecretString"] = self._new_value(model)
        secrets.update_secret(SecretId=model["Id"], **parameters)
        follow_tags(request, secrets, SecretId=model["Id"])
        return done(model)

    def _new_value(self, model: Model) -> str:
        rules = model.get("GenerateSecretString")
        if rules is None:
            return model.get("SecretString") or ""
        value = self._get_secret_value(rules)
        template = rules.get("SecretStringTemplate")
        return self._modify_secret_template(template, value, rules) if template else value
